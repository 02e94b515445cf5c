-- 回避: whom a case is about, and where it is while it lies higher up, out of their sight, until another unit has it.
ALTER TABLE cases ADD COLUMN about_unit UUID REFERENCES units (id);
ALTER TABLE cases ADD COLUMN about_place TEXT;
-- Only such cases: whether a unit that is undone is named by one is asked here.
CREATE INDEX cases_about ON cases (about_unit) WHERE about_unit IS NOT NULL;

-- 异议: a resident objects to an opening of their details; the security administrator answers. One for each opening.
CREATE TABLE contact_objections (
    access UUID NOT NULL PRIMARY KEY REFERENCES contact_accesses (id),
    report UUID NOT NULL REFERENCES reports (id),
    at BIGINT NOT NULL,
    words TEXT NOT NULL,
    outcome TEXT CHECK (outcome IN ('justified', 'unjustified')),
    answer TEXT,
    answered_at BIGINT,
    answered_by UUID REFERENCES people (id)
);
CREATE INDEX contact_objections_report ON contact_objections (report);
CREATE INDEX contact_objections_open ON contact_objections (at, access) WHERE answered_at IS NULL;
CREATE INDEX contact_objections_at ON contact_objections (at, access);
