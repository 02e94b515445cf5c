-- 异议: what residents say, with their receipt, about an opening of their contact details, and what the security administrator
-- answers. One for an opening. Who opened, and for which unit, stands here once more: whoever did takes no part in the answer.
CREATE TABLE objections (
    id UUID NOT NULL PRIMARY KEY,
    access UUID NOT NULL REFERENCES contact_accesses (id),
    report UUID NOT NULL REFERENCES reports (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    place TEXT NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    unit UUID REFERENCES units (id),
    words TEXT NOT NULL,
    objected_at BIGINT NOT NULL,
    outcome TEXT CHECK (outcome IN ('in_order', 'not_in_order')),
    answer TEXT,
    answered_at BIGINT,
    answered_by UUID REFERENCES people (id),
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX objections_access ON objections (access);
CREATE INDEX objections_report ON objections (report);
CREATE INDEX objections_case ON objections (case_id);
CREATE INDEX objections_person ON objections (person);
CREATE INDEX objections_unit ON objections (unit, objected_at, id);
CREATE INDEX objections_answered_by ON objections (answered_by) WHERE answered_by IS NOT NULL;
-- Details are kept while one waits.
CREATE INDEX objections_waiting ON objections (case_id) WHERE answered_at IS NULL;
-- The list: a place is a range of codes.
CREATE INDEX objections_place ON objections (place, objected_at, id);
CREATE INDEX objections_open ON objections (place, objected_at, id) WHERE answered_at IS NULL;
