-- 督办: a superior watches over a case until they let it go. One at a time in a case; its level may rise.

ALTER TABLE cases ADD COLUMN supervised TEXT;

CREATE TABLE supervisions (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    grade TEXT NOT NULL CHECK (grade IN ('yellow', 'orange', 'red')),
    trigger_code TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    county TEXT NOT NULL,
    township TEXT,
    unit UUID REFERENCES units (id),
    owner UUID REFERENCES people (id),
    imposed_at BIGINT NOT NULL,
    imposed_by UUID REFERENCES people (id),
    due_at BIGINT NOT NULL,
    demand UUID,
    meeting_at BIGINT,
    answered_at BIGINT,
    answered_by UUID REFERENCES people (id),
    answer UUID,
    released_at BIGINT,
    released_by UUID REFERENCES people (id),
    released_words UUID,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX supervisions_one ON supervisions (case_id) WHERE is_open;
CREATE INDEX supervisions_case ON supervisions (case_id, imposed_at, id);
CREATE INDEX supervisions_township_open ON supervisions (township, due_at, id) WHERE is_open;
CREATE INDEX supervisions_county_open ON supervisions (county, due_at, id) WHERE is_open;
CREATE INDEX supervisions_unit_open ON supervisions (unit, due_at, id) WHERE is_open;
CREATE INDEX supervisions_township ON supervisions (township, imposed_at, id);
CREATE INDEX supervisions_county ON supervisions (county, imposed_at, id);
CREATE INDEX supervisions_unit ON supervisions (unit, imposed_at, id);
-- What became late since it was looked last is found by when it was due.
CREATE INDEX cases_due_open ON cases (due_at, id) WHERE is_open;
