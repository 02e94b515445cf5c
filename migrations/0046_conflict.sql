-- 回避: whom a case is about, and where it is while it lies higher up, out of their sight, until another unit has it.
ALTER TABLE cases ADD COLUMN about_unit UUID REFERENCES units (id);
ALTER TABLE cases ADD COLUMN about_place TEXT;
-- Only such cases: whether a unit that is undone is named by one is asked here.
CREATE INDEX cases_about ON cases (about_unit) WHERE about_unit IS NOT NULL;
