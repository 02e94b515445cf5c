-- 拆单: a report that asks for several matters, each a case of its own.

-- A part stands in the place of the report it was made of: `part_of` is whose it is, `part` its number there (the report
-- itself is part 1). It has no contact details, and its receipt is one that nobody holds: both are the report's.
-- `excerpt` is what of the report is asked in this part; what came together again behind one case is `is_rejoined` and
-- speaks no more.
ALTER TABLE reports ADD COLUMN part_of UUID REFERENCES reports (id);
ALTER TABLE reports ADD COLUMN part BIGINT NOT NULL DEFAULT 1;
ALTER TABLE reports ADD COLUMN is_rejoined BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE reports ADD COLUMN excerpt UUID REFERENCES notes (id);
CREATE UNIQUE INDEX reports_part ON reports (part_of, part) WHERE part_of IS NOT NULL;

-- The case from which this one was taken out or split off.
ALTER TABLE cases ADD COLUMN split_from UUID REFERENCES cases (id);
CREATE INDEX cases_split_from ON cases (split_from) WHERE split_from IS NOT NULL;
