-- 矛盾纠纷化解. A dispute is closed to the public: it stands in no ledger and no index of words, and nothing here can be
-- looked up by a person. One row holds how it stands; what its agreement says lies in it as one document.
CREATE TABLE disputes (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('people', 'administrative')),
    class TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('applied', 'choosing', 'mediating', 'agreed', 'over')),
    outcome TEXT CHECK (outcome IN ('agreement', 'no_agreement', 'withdrawn', 'transferred')),
    centre UUID NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT,
    village TEXT,
    grid TEXT,
    place_text TEXT,
    source TEXT NOT NULL CHECK (source IN ('walk_in', 'case', 'court', 'transferred')),
    case_id UUID REFERENCES cases (id),
    elsewhere TEXT,
    words TEXT NOT NULL,
    mediator UUID,
    one_agreed BOOLEAN NOT NULL,
    other_agreed BOOLEAN NOT NULL,
    applied_at BIGINT NOT NULL,
    is_prolonged BOOLEAN NOT NULL,
    accepted_at BIGINT,
    accepted_on TEXT,
    due_at BIGINT,
    deadline JSONB,
    agreement JSONB,
    performance TEXT NOT NULL CHECK (performance IN ('none', 'running', 'kept', 'broken')),
    confirmation TEXT NOT NULL CHECK (confirmation IN ('none', 'open', 'applied', 'granted', 'refused')),
    confirm_sort BIGINT,
    ending JSONB,
    ended_at BIGINT,
    sort_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX disputes_city_state ON disputes (city, state, sort_at, id);
CREATE INDEX disputes_county_state ON disputes (county, state, sort_at, id);
CREATE INDEX disputes_township_state ON disputes (township, state, sort_at, id);
CREATE INDEX disputes_village_state ON disputes (village, state, sort_at, id);
CREATE INDEX disputes_mediator_state ON disputes (mediator, state, sort_at, id);
CREATE INDEX disputes_city_confirm ON disputes (city, confirm_sort, id) WHERE confirm_sort IS NOT NULL;
CREATE INDEX disputes_county_confirm ON disputes (county, confirm_sort, id) WHERE confirm_sort IS NOT NULL;
CREATE INDEX disputes_township_confirm ON disputes (township, confirm_sort, id) WHERE confirm_sort IS NOT NULL;
CREATE INDEX disputes_village_confirm ON disputes (village, confirm_sort, id) WHERE confirm_sort IS NOT NULL;
CREATE INDEX disputes_mediator_confirm ON disputes (mediator, confirm_sort, id) WHERE confirm_sort IS NOT NULL;
CREATE INDEX disputes_city_accepted ON disputes (city, accepted_on, id) WHERE accepted_on IS NOT NULL;
CREATE INDEX disputes_county_accepted ON disputes (county, accepted_on, id) WHERE accepted_on IS NOT NULL;
CREATE INDEX disputes_township_accepted ON disputes (township, accepted_on, id) WHERE accepted_on IS NOT NULL;
CREATE INDEX disputes_village_accepted ON disputes (village, accepted_on, id) WHERE accepted_on IS NOT NULL;
CREATE INDEX disputes_mediator_accepted ON disputes (mediator, accepted_on, id) WHERE accepted_on IS NOT NULL;
CREATE INDEX disputes_case ON disputes (case_id) WHERE case_id IS NOT NULL;

-- 当事人: encrypted, with a mask to show. No key by which a person could be found again stands here.
CREATE TABLE dispute_parties (
    id UUID NOT NULL PRIMARY KEY,
    dispute UUID NOT NULL REFERENCES disputes (id),
    side TEXT NOT NULL CHECK (side IN ('one', 'other')),
    name BYTEA NOT NULL,
    name_mask TEXT NOT NULL,
    phone BYTEA,
    phone_mask TEXT
);
CREATE INDEX dispute_parties_dispute ON dispute_parties (dispute, id);

CREATE TABLE dispute_openings (
    id UUID NOT NULL PRIMARY KEY,
    dispute UUID NOT NULL REFERENCES disputes (id),
    party UUID NOT NULL REFERENCES dispute_parties (id),
    field TEXT NOT NULL,
    at BIGINT NOT NULL,
    person UUID NOT NULL,
    role TEXT NOT NULL,
    purpose TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX dispute_openings_dispute ON dispute_openings (dispute, id);
CREATE INDEX dispute_openings_party ON dispute_openings (party);

-- What was done, in order.
CREATE TABLE dispute_steps (
    id UUID NOT NULL PRIMARY KEY,
    dispute UUID NOT NULL REFERENCES disputes (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person UUID NOT NULL,
    role TEXT NOT NULL,
    params JSONB NOT NULL,
    words TEXT
);
CREATE INDEX dispute_steps_dispute ON dispute_steps (dispute, id);

-- 调解室
CREATE TABLE mediation_rooms (
    id UUID NOT NULL PRIMARY KEY,
    centre UUID NOT NULL,
    name TEXT NOT NULL,
    ends_on TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX mediation_rooms_centre ON mediation_rooms (centre, name, id);

-- 调解会
CREATE TABLE hearings (
    id UUID NOT NULL PRIMARY KEY,
    dispute UUID NOT NULL REFERENCES disputes (id),
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT,
    village TEXT,
    room UUID NOT NULL REFERENCES mediation_rooms (id),
    mediator UUID NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'held', 'postponed')),
    words TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX hearings_dispute ON hearings (dispute, starts_at, id);
CREATE INDEX hearings_room ON hearings (room, starts_at);
CREATE INDEX hearings_mediator ON hearings (mediator, starts_at, id);
CREATE INDEX hearings_city ON hearings (city, starts_at, id);
CREATE INDEX hearings_county ON hearings (county, starts_at, id);
CREATE INDEX hearings_township ON hearings (township, starts_at, id);
CREATE INDEX hearings_village ON hearings (village, starts_at, id);

-- Whoever books a room or a mediator holds its row until they are done: two who book at once come one after the other.
CREATE TABLE hearing_books (
    book TEXT NOT NULL PRIMARY KEY,
    turns BIGINT NOT NULL
);

-- The address under which a person's own calendar reads their hearings; only a mark of its secret is kept.
CREATE TABLE hearing_feeds (
    person UUID NOT NULL PRIMARY KEY,
    secret BYTEA NOT NULL UNIQUE,
    made_at BIGINT NOT NULL
);
