-- 综合行政执法: the township's own enforcement on its delegated items.

-- 执法证件: who may enforce, until when. One a person; what a check or case stood on is kept there as it was that day.
CREATE TABLE enforcement_certificates (
    person UUID NOT NULL PRIMARY KEY REFERENCES people (id),
    number TEXT NOT NULL UNIQUE,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- The last number given in a township, by year and sort of document.
CREATE TABLE enforcement_numbers (
    township TEXT NOT NULL,
    year BIGINT NOT NULL,
    sort TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (township, year, sort)
);

-- 检查: a place or thing looked at by two officers. Nobody's name but theirs, no coordinates.
CREATE TABLE enforcement_checks (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    village TEXT,
    grid TEXT,
    place_text TEXT,
    thing UUID REFERENCES register_items (id),
    item TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    officer UUID NOT NULL REFERENCES people (id),
    certificate TEXT NOT NULL,
    second UUID NOT NULL REFERENCES people (id),
    second_certificate TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('patrol', 'report', 'whistle', 'recheck')),
    report UUID REFERENCES cases (id),
    whistle UUID,
    result TEXT NOT NULL CHECK (result IN ('clear', 'mend', 'case')),
    words TEXT NOT NULL,
    photos JSONB NOT NULL,
    mend_by TEXT,
    recheck_of UUID REFERENCES enforcement_checks (id),
    rechecked_by UUID REFERENCES enforcement_checks (id),
    struck TEXT,
    version BIGINT NOT NULL,
    CHECK (officer <> second)
);
CREATE INDEX enforcement_checks_city ON enforcement_checks (city, checked_at, id);
CREATE INDEX enforcement_checks_county ON enforcement_checks (county, checked_at, id);
CREATE INDEX enforcement_checks_township ON enforcement_checks (township, checked_at, id);
CREATE INDEX enforcement_checks_village ON enforcement_checks (village, checked_at, id);
CREATE INDEX enforcement_checks_grid ON enforcement_checks (grid, checked_at, id);
-- 待复查: told to mend and not looked at again.
CREATE INDEX enforcement_checks_city_waiting ON enforcement_checks (city, mend_by, id)
    WHERE mend_by IS NOT NULL AND rechecked_by IS NULL AND struck IS NULL;
CREATE INDEX enforcement_checks_county_waiting ON enforcement_checks (county, mend_by, id)
    WHERE mend_by IS NOT NULL AND rechecked_by IS NULL AND struck IS NULL;
CREATE INDEX enforcement_checks_township_waiting ON enforcement_checks (township, mend_by, id)
    WHERE mend_by IS NOT NULL AND rechecked_by IS NULL AND struck IS NULL;
CREATE INDEX enforcement_checks_thing ON enforcement_checks (thing, checked_at, id) WHERE thing IS NOT NULL;
CREATE INDEX enforcement_checks_recheck ON enforcement_checks (recheck_of) WHERE recheck_of IS NOT NULL;
CREATE INDEX enforcement_checks_rechecked ON enforcement_checks (rechecked_by) WHERE rechecked_by IS NOT NULL;

-- 执法案件. `kept` is the delegated item as it was when the case was filed; `record` holds what each step laid down. The name
-- of a party is in the open only where the party is an organisation. `whistle` names a whistle of another room.
CREATE TABLE enforcement_cases (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    village TEXT,
    grid TEXT,
    place_text TEXT,
    thing UUID REFERENCES register_items (id),
    item TEXT NOT NULL,
    kept JSONB NOT NULL,
    officer UUID NOT NULL REFERENCES people (id),
    certificate TEXT NOT NULL,
    second UUID NOT NULL REFERENCES people (id),
    second_certificate TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('check', 'report', 'whistle')),
    check_id UUID UNIQUE REFERENCES enforcement_checks (id),
    report UUID REFERENCES cases (id),
    whistle UUID,
    cause TEXT NOT NULL,
    party_kind TEXT NOT NULL CHECK (party_kind IN ('person', 'organisation')),
    party_name TEXT,
    filed_at BIGINT NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('investigating', 'noticed', 'reviewing', 'reviewed', 'decided', 'delivered', 'court', 'closed')),
    closed_how TEXT CHECK (closed_how IN ('performed', 'no_penalty', 'transferred', 'annulled', 'ended')),
    closed_at BIGINT,
    record JSONB NOT NULL,
    due_at BIGINT,
    due_what TEXT,
    publicity TEXT NOT NULL CHECK (publicity IN ('none', 'marked', 'public', 'annulled', 'withdrawn')),
    version BIGINT NOT NULL,
    CHECK (officer <> second),
    CHECK (party_kind = 'organisation' OR party_name IS NULL)
);
CREATE INDEX enforcement_cases_city ON enforcement_cases (city, filed_at, id);
CREATE INDEX enforcement_cases_county ON enforcement_cases (county, filed_at, id);
CREATE INDEX enforcement_cases_township ON enforcement_cases (township, filed_at, id);
CREATE INDEX enforcement_cases_village ON enforcement_cases (village, filed_at, id);
CREATE INDEX enforcement_cases_grid ON enforcement_cases (grid, filed_at, id);
CREATE INDEX enforcement_cases_city_status ON enforcement_cases (city, status, filed_at, id);
CREATE INDEX enforcement_cases_county_status ON enforcement_cases (county, status, filed_at, id);
CREATE INDEX enforcement_cases_township_status ON enforcement_cases (township, status, filed_at, id);
CREATE INDEX enforcement_cases_city_due ON enforcement_cases (city, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX enforcement_cases_county_due ON enforcement_cases (county, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX enforcement_cases_township_due ON enforcement_cases (township, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX enforcement_cases_city_publicity ON enforcement_cases (city, publicity, filed_at, id) WHERE publicity <> 'none';
CREATE INDEX enforcement_cases_county_publicity ON enforcement_cases (county, publicity, filed_at, id) WHERE publicity <> 'none';
CREATE INDEX enforcement_cases_township_publicity ON enforcement_cases (township, publicity, filed_at, id)
    WHERE publicity <> 'none';
CREATE INDEX enforcement_cases_officer ON enforcement_cases (officer, filed_at, id);
CREATE INDEX enforcement_cases_second ON enforcement_cases (second, filed_at, id);
CREATE INDEX enforcement_cases_thing ON enforcement_cases (thing, filed_at, id) WHERE thing IS NOT NULL;
CREATE INDEX enforcement_cases_report ON enforcement_cases (report) WHERE report IS NOT NULL;
CREATE INDEX enforcement_cases_whistle ON enforcement_cases (whistle) WHERE whistle IS NOT NULL;

-- 全过程记录: each step of a case, kept for good.
CREATE TABLE enforcement_steps (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES enforcement_cases (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    words TEXT,
    params JSONB NOT NULL
);
CREATE INDEX enforcement_steps_case ON enforcement_steps (case_id, at, id);

-- 案卷材料: records, statements, photos. What was put in by mistake is struck, never removed.
CREATE TABLE enforcement_papers (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES enforcement_cases (id),
    kind TEXT NOT NULL,
    made_on TEXT NOT NULL,
    words TEXT NOT NULL,
    photos JSONB NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    at BIGINT NOT NULL,
    struck TEXT
);
CREATE INDEX enforcement_papers_case ON enforcement_papers (case_id, at, id);

-- Photos that a check or a case holds, so that they are not swept away.
CREATE TABLE enforcement_photos (
    owner UUID NOT NULL,
    sha TEXT NOT NULL REFERENCES photos (sha),
    PRIMARY KEY (owner, sha)
);
CREATE INDEX enforcement_photos_sha ON enforcement_photos (sha);

-- 当事人: what is known of a party, encrypted; only a mask is shown without a purpose.
CREATE TABLE enforcement_parties (
    case_id UUID NOT NULL REFERENCES enforcement_cases (id),
    field TEXT NOT NULL CHECK (field IN ('name', 'phone', 'address')),
    cipher BYTEA NOT NULL,
    mask TEXT NOT NULL,
    PRIMARY KEY (case_id, field)
);

-- Who opened it, when and why.
CREATE TABLE enforcement_party_accesses (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES enforcement_cases (id),
    field TEXT NOT NULL,
    at BIGINT NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    purpose TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX enforcement_party_accesses_case ON enforcement_party_accesses (case_id, at, id);

-- 处罚公示: public and nothing else. A decision that was withdrawn leaves its number and the reason, as the law demands.
CREATE TABLE disclosed_penalties (
    public_key TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('public', 'withdrawn')),
    party TEXT,
    item JSONB,
    basis TEXT,
    penalties JSONB,
    fine_fen BIGINT,
    summary TEXT,
    decided_on TEXT NOT NULL,
    changed_on TEXT NOT NULL,
    reason TEXT
);
CREATE INDEX disclosed_penalties_city ON disclosed_penalties (city, changed_on, public_key);
CREATE INDEX disclosed_penalties_county ON disclosed_penalties (county, changed_on, public_key);
CREATE INDEX disclosed_penalties_township ON disclosed_penalties (township, changed_on, public_key);
