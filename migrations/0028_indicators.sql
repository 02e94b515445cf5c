-- 指标. What each case adds to the figures, kept so that a figure opens into its cases; and the same counted, so that no
-- figure of a city reads a million rows (docs/adr/0025-indicators.md).

-- One row for each day of a case that counts: `basis` says which (it came in, was given out, was due, ended, someone spoke
-- of the result, a whistle was raised for it, ..), `nth` which of several. `slot` is half a civil day since 1970, because
-- some places count from noon to noon; `month` is counted from year 0. `marks` are bits: what is true of the case on that day.
CREATE TABLE indicator_marks (
    case_id UUID NOT NULL REFERENCES cases (id),
    basis TEXT NOT NULL CHECK (basis IN ('in', 'out', 'due', 'end', 'say', 'took', 'last', 'whistle')),
    nth BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    month BIGINT NOT NULL,
    city TEXT NOT NULL,
    county TEXT,
    township TEXT,
    village TEXT,
    unit UUID,
    matter TEXT NOT NULL,
    class TEXT NOT NULL,
    marks BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (case_id, basis, nth)
);
-- A village is read through its township, a city through the days themselves.
CREATE INDEX indicator_marks_slot ON indicator_marks (basis, slot, case_id, nth);
CREATE INDEX indicator_marks_county ON indicator_marks (county, basis, slot, case_id, nth);
CREATE INDEX indicator_marks_township ON indicator_marks (township, basis, slot, case_id, nth);
CREATE INDEX indicator_marks_unit ON indicator_marks (unit, basis, slot, case_id, nth);
CREATE INDEX indicator_marks_matter ON indicator_marks (matter, basis, slot, case_id, nth);

-- The same counted: of a place or a unit (`whose`), of all matters or one class (`part`), by the half day and by the month.
CREATE TABLE indicator_counts (
    whose TEXT NOT NULL,
    part TEXT NOT NULL,
    basis TEXT NOT NULL,
    span TEXT NOT NULL CHECK (span IN ('half', 'month')),
    at BIGINT NOT NULL,
    marks BIGINT NOT NULL,
    cases BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (whose, part, basis, span, at, marks)
);

-- When a case will count otherwise by the clock alone: it becomes overdue.
CREATE TABLE indicator_clock (
    case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id),
    at BIGINT NOT NULL
);
CREATE INDEX indicator_clock_at ON indicator_clock (at, case_id);

-- Whoever writes marks or counts takes this row first. `filled` is the last case looked at while everything is counted for
-- the first time or anew, and `is_whole` whether that is over.
CREATE TABLE indicator_state (
    name TEXT NOT NULL PRIMARY KEY,
    filled UUID,
    is_whole BOOLEAN NOT NULL,
    turn BIGINT NOT NULL
);
INSERT INTO indicator_state (name, filled, is_whole, turn) VALUES ('marks', NULL, FALSE, 0);
