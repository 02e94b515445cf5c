-- An objection holds no details back: nothing looks for those that wait by their case.
DROP INDEX objections_waiting;

-- What was merged into a case may still wait for something of its own.
CREATE INDEX cases_merged_into ON cases (merged_into);

-- Characters that no font had when an assessment was made.
ALTER TABLE assessments ADD COLUMN lacking TEXT NOT NULL DEFAULT '';
