-- 办理公开. What everyone may read stands in tables of its own, which hold nothing that may not be public: a column
-- forgotten in an answer can betray nobody. They follow the events behind a cursor.

-- What is told of a case, for the office: how much is public, what the public rows were made from, the summary with where
-- it stands. `shown`: a row of its own, only a number, or nothing at all. `desk`: on which list of the office it is.
CREATE TABLE disclosures (
    case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id),
    public_key TEXT NOT NULL UNIQUE,
    shown TEXT NOT NULL CHECK (shown IN ('listed', 'counted', 'hidden')),
    matter TEXT NOT NULL,
    class TEXT NOT NULL,
    city TEXT,
    county TEXT,
    township TEXT,
    village TEXT,
    grid TEXT,
    received_day TEXT NOT NULL,
    due_day TEXT,
    done_day TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'solved', 'settled', 'unverified', 'not_fixed')),
    reason TEXT NOT NULL,
    is_late BOOLEAN NOT NULL,
    days BIGINT,
    late_at BIGINT,
    done_at BIGINT,
    summary_state TEXT NOT NULL CHECK (summary_state IN ('none', 'proposed', 'approved', 'withdrawn')),
    summary JSONB,
    withdrawn_because TEXT,
    desk TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX disclosures_late ON disclosures (late_at) WHERE late_at IS NOT NULL;
CREATE INDEX disclosures_city_desk ON disclosures (city, desk, done_at, case_id) WHERE desk <> '';
CREATE INDEX disclosures_county_desk ON disclosures (county, desk, done_at, case_id) WHERE desk <> '';
CREATE INDEX disclosures_township_desk ON disclosures (township, desk, done_at, case_id) WHERE desk <> '';
CREATE INDEX disclosures_village_desk ON disclosures (village, desk, done_at, case_id) WHERE desk <> '';

-- How many cases of a place and year are only counted. The office's, because small numbers could point at somebody: they
-- are folded before anyone sees them.
CREATE TABLE disclosure_counts (
    place TEXT NOT NULL,
    year TEXT NOT NULL,
    class TEXT NOT NULL,
    state TEXT NOT NULL,
    cases BIGINT NOT NULL,
    PRIMARY KEY (place, year, class, state)
);

-- One public row a case: no id, no number, no words of residents, nothing finer than the grid.
CREATE TABLE disclosed_cases (
    public_key TEXT NOT NULL PRIMARY KEY,
    matter TEXT NOT NULL,
    class TEXT NOT NULL,
    city TEXT,
    county TEXT,
    township TEXT,
    village TEXT,
    grid TEXT,
    received_day TEXT NOT NULL,
    due_day TEXT,
    done_day TEXT,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    is_late BOOLEAN NOT NULL,
    summary JSONB
);
-- A city and a county are wide: what a list is filtered by stands in their index, so that a rare filter reads it alone.
CREATE INDEX disclosed_cases_city ON disclosed_cases (city, received_day, public_key, state, reason, is_late, matter, class);
CREATE INDEX disclosed_cases_county ON disclosed_cases (county, received_day, public_key, state, reason, is_late, matter, class);
CREATE INDEX disclosed_cases_township ON disclosed_cases (township, received_day, public_key);
CREATE INDEX disclosed_cases_village ON disclosed_cases (village, received_day, public_key);
CREATE INDEX disclosed_cases_grid ON disclosed_cases (grid, received_day, public_key);

-- The same rows counted, for each place from the grid to the city, so that no figure counts a million rows.
CREATE TABLE disclosed_figures (
    place TEXT NOT NULL,
    month TEXT NOT NULL,
    matter TEXT NOT NULL,
    class TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    is_late BOOLEAN NOT NULL,
    cases BIGINT NOT NULL,
    PRIMARY KEY (place, month, matter, state, reason, is_late)
);

-- How many days until the answer, in civil days from the day of arrival.
CREATE TABLE disclosed_days (
    place TEXT NOT NULL,
    month TEXT NOT NULL,
    days BIGINT NOT NULL,
    cases BIGINT NOT NULL,
    PRIMARY KEY (place, month, days)
);

-- Counts the changes of what is public, so that a reader who has it is not sent it again.
CREATE TABLE disclosed_mark (
    name TEXT NOT NULL PRIMARY KEY,
    mark BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
INSERT INTO disclosed_mark (name, mark, changed_at) VALUES ('public', 0, 0);
