-- 回访: whoever filed a result does not say whether it was good. One row for each result (or withdrawal that was drawn) about
-- which a resident is still to be asked, or was; `began_at` is when the result was filed. `desk` is the place whose desk asks.
-- `next_at` is when the next attempt may be made; what is due is open with `next_at` behind us.
CREATE TABLE call_backs (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('result', 'withdrawn')),
    began_at BIGINT NOT NULL,
    desk TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT,
    village TEXT,
    grid TEXT,
    unit UUID REFERENCES units (id),
    has_phone BOOLEAN NOT NULL,
    due_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    is_open BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL,
    UNIQUE (case_id, began_at)
);
CREATE INDEX call_backs_desk ON call_backs (desk, due_at, id) WHERE is_open;
CREATE INDEX call_backs_city ON call_backs (city, due_at, id) WHERE is_open;
CREATE INDEX call_backs_county ON call_backs (county, due_at, id) WHERE is_open;
CREATE INDEX call_backs_township ON call_backs (township, due_at, id) WHERE is_open;
CREATE INDEX call_backs_village ON call_backs (village, due_at, id) WHERE is_open;
CREATE INDEX call_backs_city_over ON call_backs (city, ended_at, id) WHERE NOT is_open;
CREATE INDEX call_backs_county_over ON call_backs (county, ended_at, id) WHERE NOT is_open;
CREATE INDEX call_backs_township_over ON call_backs (township, ended_at, id) WHERE NOT is_open;
CREATE INDEX call_backs_village_over ON call_backs (village, ended_at, id) WHERE NOT is_open;
CREATE INDEX call_backs_unit ON call_backs (unit);

-- 回访记录: one row an attempt: by which way, by whom, what came of it. What was said stands in the case's history.
CREATE TABLE call_back_attempts (
    id UUID NOT NULL PRIMARY KEY,
    call_back UUID NOT NULL REFERENCES call_backs (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    report UUID NOT NULL REFERENCES reports (id),
    at BIGINT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('link', 'phone', 'visit')),
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'reached', 'no_answer', 'leave_alone', 'wrong_number')),
    person UUID,
    unit UUID
);
CREATE INDEX call_back_attempts_case ON call_back_attempts (case_id, at, id);
CREATE INDEX call_back_attempts_call_back ON call_back_attempts (call_back);
CREATE INDEX call_back_attempts_report ON call_back_attempts (report);

-- A link sent to a telephone, which opens the verdict of one report, once. Only what recognises it is kept.
CREATE TABLE call_back_links (
    token BYTEA NOT NULL PRIMARY KEY,
    call_back UUID NOT NULL REFERENCES call_backs (id),
    report UUID NOT NULL REFERENCES reports (id),
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX call_back_links_call_back ON call_back_links (call_back, report);
CREATE INDEX call_back_links_report ON call_back_links (report);

-- Which withdrawn cases of a day are asked about was drawn from this seed.
CREATE TABLE call_back_draws (
    county TEXT NOT NULL,
    day TEXT NOT NULL,
    seed BIGINT NOT NULL,
    of BIGINT NOT NULL,
    drawn BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (county, day)
);
