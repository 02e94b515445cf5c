-- 抽查复核: closed cases that are looked at again by another unit. A draw is one county's of one period; its seed is kept, so
-- that anybody can make it again.
CREATE TABLE recheck_draws (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    seed BIGINT NOT NULL,
    of BIGINT NOT NULL,
    strata BIGINT NOT NULL,
    drawn BIGINT NOT NULL,
    unassigned BIGINT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (county, starts_on)
);

-- One case that is looked at again. `unit` did the work, `checker` looks; places so that a scope is equality.
CREATE TABLE rechecks (
    id UUID NOT NULL PRIMARY KEY,
    draw UUID NOT NULL REFERENCES recheck_draws (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    county TEXT NOT NULL,
    township TEXT,
    village TEXT,
    unit UUID NOT NULL REFERENCES units (id),
    checker UUID NOT NULL REFERENCES units (id),
    class TEXT NOT NULL,
    closed_how TEXT NOT NULL,
    closed_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'contested', 'answered', 'false_result', 'dismissed')),
    finding TEXT CHECK (finding IN ('as_claimed', 'partly', 'not_as_claimed')),
    words TEXT,
    photos JSONB NOT NULL,
    found_at BIGINT,
    found_by UUID,
    answer_due BIGINT,
    answer TEXT,
    answered_at BIGINT,
    answered_by UUID,
    decision TEXT,
    decided_at BIGINT,
    decided_by UUID,
    version BIGINT NOT NULL,
    UNIQUE (draw, case_id)
);
CREATE INDEX rechecks_checker ON rechecks (checker, due_at, id);
CREATE INDEX rechecks_unit ON rechecks (unit, due_at, id);
CREATE INDEX rechecks_county ON rechecks (county, due_at, id);
CREATE INDEX rechecks_case ON rechecks (case_id);

-- 虚假办结: a result that was found to be false, marked on the unit and on nobody.
CREATE TABLE false_results (
    recheck UUID NOT NULL PRIMARY KEY REFERENCES rechecks (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    unit UUID NOT NULL REFERENCES units (id),
    county TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX false_results_unit ON false_results (unit, at);
CREATE INDEX false_results_county ON false_results (county, at);
CREATE INDEX false_results_case ON false_results (case_id);
