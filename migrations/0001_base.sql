-- Written once for both databases (docs/portable-sql.md). Times are milliseconds since 1970 UTC, days are YYYY-MM-DD.
-- A CHECK lists only closed sets; open sets are parsed in Rust.

-- Places -------------------------------------------------------------------------------------------------------------
CREATE TABLE regions (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    parent TEXT,
    level TEXT NOT NULL CHECK (level IN ('province', 'city', 'county', 'township', 'village', 'grid', 'micro_grid')),
    kind TEXT NOT NULL,
    names JSONB NOT NULL,
    name TEXT NOT NULL,
    pinyin TEXT NOT NULL,
    pinyin_key TEXT NOT NULL DEFAULT '',
    initials TEXT NOT NULL DEFAULT '',
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    successor TEXT,
    note TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX regions_parent ON regions (parent, code);
CREATE INDEX regions_name ON regions (name);
CREATE INDEX regions_pinyin ON regions (pinyin_key);
CREATE INDEX regions_initials ON regions (initials);

-- The codes and names a place had before, each with its dates: records keep the code they were born with.
CREATE TABLE region_codes (
    code TEXT NOT NULL,
    region UUID NOT NULL REFERENCES regions (id),
    names JSONB NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    PRIMARY KEY (code, valid_from)
);
CREATE INDEX region_codes_region ON region_codes (region);

CREATE TABLE boundaries (
    code TEXT NOT NULL PRIMARY KEY,
    parent TEXT,
    geometry TEXT NOT NULL,
    min_lon DOUBLE PRECISION NOT NULL,
    min_lat DOUBLE PRECISION NOT NULL,
    max_lon DOUBLE PRECISION NOT NULL,
    max_lat DOUBLE PRECISION NOT NULL,
    is_synthetic BOOLEAN NOT NULL,
    source TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX boundaries_parent ON boundaries (parent);

-- A spot with a printed QR code: reports from it begin with its place filled in.
CREATE TABLE spots (
    code TEXT NOT NULL PRIMARY KEY,
    label JSONB NOT NULL,
    region TEXT NOT NULL,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    created_at BIGINT NOT NULL
);
CREATE INDEX spots_region ON spots (region, code);

-- Units, people, posts -----------------------------------------------------------------------------------------------
-- `code` is the name a unit has in imported files, so that importing again finds it.
CREATE TABLE units (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT UNIQUE,
    names JSONB NOT NULL,
    name TEXT NOT NULL,
    duty TEXT NOT NULL,
    level TEXT NOT NULL,
    region TEXT NOT NULL,
    parent UUID REFERENCES units (id),
    phone TEXT,
    valid_until TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX units_region ON units (region, duty);
CREATE INDEX units_name ON units (name, id);

-- `region` is the place whose administrators keep the account; what its holder may do is said by posts alone.
CREATE TABLE people (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    region TEXT NOT NULL,
    password_hash TEXT,
    must_change_password BOOLEAN NOT NULL,
    totp_secret BYTEA,
    totp_last_step BIGINT,
    failed_logins BIGINT NOT NULL,
    locked_until BIGINT,
    locale TEXT NOT NULL,
    valid_until TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX people_name ON people (name, id);
CREATE INDEX people_region ON people (region);

-- 任职: who acts as what, where, from when to when; a deputy's post names the post it stands in for.
CREATE TABLE posts (
    id UUID NOT NULL PRIMARY KEY,
    person UUID NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    region TEXT NOT NULL,
    unit UUID REFERENCES units (id),
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    deputy_for UUID REFERENCES posts (id),
    version BIGINT NOT NULL
);
CREATE INDEX posts_person ON posts (person);
CREATE INDEX posts_unit ON posts (unit);
CREATE INDEX posts_region ON posts (region, role);
CREATE INDEX posts_role ON posts (role, id);
CREATE INDEX posts_deputy ON posts (deputy_for);

CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    person UUID NOT NULL REFERENCES people (id),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person, created_at);

-- Catalogue and calendar ---------------------------------------------------------------------------------------------
CREATE TABLE catalog_versions (
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    region TEXT NOT NULL,
    version BIGINT NOT NULL,
    toml TEXT NOT NULL,
    hash TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    person UUID,
    PRIMARY KEY (kind, code, region, version)
);

-- Reports and cases --------------------------------------------------------------------------------------------------
-- 工单: one piece of work. One column a level of place, so that a scope is equality and the order is free.
CREATE TABLE cases (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('received', 'dispatched', 'signed', 'working', 'parked', 'verifying',
        'closed', 'answered', 'redirected', 'refused', 'merged', 'withdrawn')),
    is_open BOOLEAN NOT NULL,
    closed_how TEXT CHECK (closed_how IN ('confirmed', 'unverified', 'settled')),
    matter TEXT,
    matter_version BIGINT,
    urgency TEXT NOT NULL CHECK (urgency IN ('emergency', 'urgent', 'normal')),
    publicity TEXT NOT NULL CHECK (publicity IN ('summary', 'count', 'none')),
    summary TEXT NOT NULL,
    channel TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT,
    village TEXT,
    grid TEXT,
    micro_grid TEXT,
    place_text TEXT,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    place_source TEXT NOT NULL,
    place_is_guess BOOLEAN NOT NULL,
    registered_region TEXT,
    lead_unit UUID REFERENCES units (id),
    handler UUID REFERENCES people (id),
    received_at BIGINT NOT NULL,
    received_day TEXT NOT NULL,
    due_at BIGINT,
    deadline JSONB,
    dispatched_at BIGINT,
    signed_at BIGINT,
    result_at BIGINT,
    result_note UUID,
    result_outcome TEXT,
    result_by UUID,
    asked_at BIGINT,
    ended_at BIGINT,
    reports BIGINT NOT NULL,
    redos BIGINT NOT NULL,
    returns BIGINT NOT NULL,
    reopens BIGINT NOT NULL,
    reminders BIGINT NOT NULL,
    merged_into UUID REFERENCES cases (id),
    last_by JSONB,
    last_kind TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX cases_city_open ON cases (city, due_at, id) WHERE is_open;
CREATE INDEX cases_county_open ON cases (county, due_at, id) WHERE is_open;
CREATE INDEX cases_township_open ON cases (township, due_at, id) WHERE is_open;
CREATE INDEX cases_village_open ON cases (village, due_at, id) WHERE is_open;
CREATE INDEX cases_grid_open ON cases (grid, due_at, id) WHERE is_open;
CREATE INDEX cases_lead_open ON cases (lead_unit, due_at, id) WHERE is_open;
CREATE INDEX cases_city_received ON cases (city, received_at, id);
CREATE INDEX cases_county_received ON cases (county, received_at, id);
CREATE INDEX cases_township_received ON cases (township, received_at, id);
CREATE INDEX cases_village_received ON cases (village, received_at, id);
CREATE INDEX cases_grid_received ON cases (grid, received_at, id);
CREATE INDEX cases_lead_received ON cases (lead_unit, received_at, id);
CREATE INDEX cases_verifying ON cases (result_at, id) WHERE status = 'verifying';
CREATE INDEX cases_handler_open ON cases (handler, due_at, id) WHERE is_open;

-- 诉求: one person's words, with the way back to them.
CREATE TABLE reports (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    receipt BYTEA NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    identity TEXT NOT NULL CHECK (identity IN ('anonymous', 'confidential', 'named')),
    note UUID NOT NULL,
    locale TEXT NOT NULL,
    is_joined BOOLEAN NOT NULL,
    is_withdrawn BOOLEAN NOT NULL,
    registered_region TEXT,
    entered_by UUID REFERENCES people (id),
    received_at BIGINT NOT NULL,
    contacted BOOLEAN,
    solved TEXT CHECK (solved IN ('yes', 'partly', 'no')),
    satisfied TEXT CHECK (satisfied IN ('satisfied', 'basically', 'dissatisfied', 'unsaid')),
    verdict_at BIGINT,
    verdict_by UUID REFERENCES people (id),
    version BIGINT NOT NULL
);
CREATE INDEX reports_case ON reports (case_id);

-- Free text apart from the history that commits to it, so that it can be erased.
CREATE TABLE notes (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    body TEXT,
    salt BYTEA NOT NULL,
    erased_at BIGINT
);
CREATE INDEX notes_case ON notes (case_id);

CREATE TABLE timeline (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person UUID,
    role TEXT,
    unit UUID,
    report UUID,
    params JSONB NOT NULL,
    note UUID,
    note_hash BYTEA,
    photos JSONB NOT NULL,
    is_internal BOOLEAN NOT NULL
);
CREATE INDEX timeline_case ON timeline (case_id, at, id);

CREATE TABLE assignments (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('lead', 'assist', 'whistled', 'contractor')),
    unit UUID NOT NULL REFERENCES units (id),
    person UUID REFERENCES people (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'signed', 'done', 'returned', 'ended')),
    is_open BOOLEAN NOT NULL,
    due_at BIGINT,
    assigned_at BIGINT NOT NULL,
    signed_at BIGINT,
    done_at BIGINT,
    reason TEXT
);
CREATE INDEX assignments_case ON assignments (case_id);
CREATE INDEX assignments_unit_open ON assignments (unit, due_at, case_id) WHERE is_open;
CREATE INDEX assignments_person_open ON assignments (person) WHERE is_open;

-- Vault --------------------------------------------------------------------------------------------------------------
-- Contact details, encrypted; only the mask may be shown without a purpose.
CREATE TABLE contacts (
    report UUID NOT NULL REFERENCES reports (id),
    field TEXT NOT NULL,
    cipher BYTEA NOT NULL,
    mask TEXT NOT NULL,
    lookup BYTEA NOT NULL,
    PRIMARY KEY (report, field)
);

CREATE TABLE contact_accesses (
    id UUID NOT NULL PRIMARY KEY,
    report UUID NOT NULL REFERENCES reports (id),
    field TEXT NOT NULL,
    at BIGINT NOT NULL,
    person UUID NOT NULL,
    role TEXT NOT NULL,
    unit UUID,
    purpose TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX contact_accesses_report ON contact_accesses (report, at);

-- Photos go up first, by the hash of what was sent; what is stored is re-encoded.
CREATE TABLE photos (
    sha TEXT NOT NULL PRIMARY KEY,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    uploaded_at BIGINT NOT NULL
);

CREATE TABLE case_photos (
    case_id UUID NOT NULL REFERENCES cases (id),
    sha TEXT NOT NULL REFERENCES photos (sha),
    PRIMARY KEY (case_id, sha)
);
CREATE INDEX case_photos_sha ON case_photos (sha);

-- Platform -----------------------------------------------------------------------------------------------------------
-- What happened, once and for all: the audit trail and the feed of subscribers in one row.
CREATE TABLE events (
    seq SEQUENCE_KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person UUID,
    role TEXT,
    unit UUID,
    address TEXT,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    county TEXT,
    township TEXT,
    params JSONB NOT NULL
);
CREATE INDEX events_person ON events (person, seq);
CREATE INDEX events_object ON events (object_kind, object_id, seq);
CREATE INDEX events_kind ON events (kind, seq);

CREATE TABLE idempotency (
    actor TEXT NOT NULL,
    operation TEXT NOT NULL,
    idem_key TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    result TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (actor, operation, idem_key)
);
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE jobs (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    slot TEXT NOT NULL,
    payload JSONB NOT NULL,
    run_at BIGINT NOT NULL,
    lease_until BIGINT,
    attempts BIGINT NOT NULL,
    done_at BIGINT,
    is_dead BOOLEAN NOT NULL,
    error TEXT,
    UNIQUE (kind, slot)
);
CREATE INDEX jobs_waiting ON jobs (run_at, id) WHERE done_at IS NULL;

-- How far each subscriber of the events has read.
CREATE TABLE cursors (
    subscriber TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL
);
