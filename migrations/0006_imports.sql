-- 导入: workbooks brought in, with what they changed, so that they can be undone; `region` holds all places of whoever
-- brought one in.
CREATE TABLE imports (
    id UUID NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    person UUID REFERENCES people (id),
    region TEXT NOT NULL,
    file TEXT NOT NULL,
    counts JSONB NOT NULL,
    journal JSONB NOT NULL,
    undone_at BIGINT,
    undone_by UUID REFERENCES people (id)
);
CREATE INDEX imports_at ON imports (at, id);
