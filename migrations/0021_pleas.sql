-- 延期、中止、挂账、派单异议、剔除: what a unit asks for and somebody else decides.

-- Until when the clock stands still at the latest, while it does; the intervals themselves stand in `deadline`.
ALTER TABLE cases ADD COLUMN paused_until BIGINT;
CREATE INDEX cases_paused ON cases (paused_until, id) WHERE paused_until IS NOT NULL;
-- The reason for which it does not count in assessments.
ALTER TABLE cases ADD COLUMN excluded TEXT;

-- Since when the unit disputes that it was given the case: it objects once, by a dispute or by a return.
ALTER TABLE assignments ADD COLUMN disputed_at BIGINT;

-- `params` holds what is asked for, and what was decided; words are notes of the case, so that they can be erased.
CREATE TABLE pleas (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('extension', 'pause', 'parking', 'dispute', 'exclusion')),
    state TEXT NOT NULL CHECK (state IN ('open', 'granted', 'refused', 'withdrawn', 'lapsed')),
    arbiter TEXT NOT NULL CHECK (arbiter IN ('township', 'county')),
    county TEXT NOT NULL,
    township TEXT,
    unit UUID NOT NULL REFERENCES units (id),
    person UUID NOT NULL REFERENCES people (id),
    asked_at BIGINT NOT NULL,
    decide_by BIGINT NOT NULL,
    params JSONB NOT NULL,
    reason UUID,
    told UUID,
    decided_at BIGINT,
    decided_by UUID REFERENCES people (id),
    decided_unit UUID REFERENCES units (id),
    answer UUID,
    version BIGINT NOT NULL
);
CREATE INDEX pleas_case ON pleas (case_id, asked_at, id);
-- One of a kind at a time.
CREATE UNIQUE INDEX pleas_one ON pleas (case_id, kind) WHERE state = 'open';
CREATE INDEX pleas_township_open ON pleas (township, decide_by, id) WHERE state = 'open';
CREATE INDEX pleas_county_open ON pleas (county, decide_by, id) WHERE state = 'open';
CREATE INDEX pleas_late ON pleas (arbiter, decide_by, id) WHERE state = 'open';
CREATE INDEX pleas_township ON pleas (township, asked_at, id);
CREATE INDEX pleas_county ON pleas (county, asked_at, id);
CREATE INDEX pleas_unit ON pleas (unit, asked_at, id);

-- 挂账公示: what is told to everyone of a parked case. Public and nothing else: no id, no number, nothing finer than the grid.
CREATE TABLE disclosed_parked (
    public_key TEXT NOT NULL PRIMARY KEY,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT,
    village TEXT,
    grid TEXT,
    matter TEXT NOT NULL,
    obstacle TEXT NOT NULL,
    plan TEXT NOT NULL,
    owner JSONB NOT NULL,
    since TEXT NOT NULL,
    review_on TEXT NOT NULL,
    parked_times BIGINT NOT NULL
);
CREATE INDEX disclosed_parked_city ON disclosed_parked (city, since, public_key);
CREATE INDEX disclosed_parked_county ON disclosed_parked (county, since, public_key);
CREATE INDEX disclosed_parked_township ON disclosed_parked (township, since, public_key);
CREATE INDEX disclosed_parked_village ON disclosed_parked (village, since, public_key);
