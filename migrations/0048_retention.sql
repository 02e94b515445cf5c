-- 保存期限与删除: contact details are looked at when `look_at` has come, and erased where their term is over; otherwise they are
-- looked at again later. What was there before is looked at first.
ALTER TABLE contacts ADD COLUMN look_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX contacts_look ON contacts (look_at, report);
-- When the last of a report's details were erased: its reporter and whoever works on it are told.
ALTER TABLE reports ADD COLUMN details_erased_at BIGINT;

-- How often details were opened in a year is counted for the impact assessment.
CREATE INDEX contact_accesses_at ON contact_accesses (at, purpose);

-- 删除记录: what was erased, how many of a sort in a place on a day; it names nobody and no case. `place` is the township, or
-- the narrowest that is known; an empty matter is none, and 0 days is before the term was over.
CREATE TABLE erasures (
    id UUID NOT NULL PRIMARY KEY,
    day TEXT NOT NULL,
    place TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT,
    township TEXT,
    what TEXT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('term', 'wish')),
    matter TEXT NOT NULL,
    days BIGINT NOT NULL,
    n BIGINT NOT NULL,
    UNIQUE (day, place, what, cause, matter, days)
);
CREATE INDEX erasures_city ON erasures (city, day, id);
CREATE INDEX erasures_county ON erasures (county, day, id);
CREATE INDEX erasures_township ON erasures (township, day, id);

-- 个人信息保护影响评估 (PIPL 55, 56): each that was made, kept as it was made, for three years at least.
CREATE TABLE assessments (
    id UUID NOT NULL PRIMARY KEY,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    lang TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    pdf BYTEA NOT NULL,
    UNIQUE (year, number)
);
CREATE INDEX assessments_made ON assessments (made_at, id);
CREATE INDEX assessments_person ON assessments (person);
