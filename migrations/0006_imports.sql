-- 导入: workbooks brought in, with what they changed, so that they can be undone.
CREATE TABLE imports (
    id UUID NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    person UUID REFERENCES people (id),
    file TEXT NOT NULL,
    counts JSONB NOT NULL,
    journal JSONB NOT NULL,
    undone_at BIGINT,
    undone_by UUID REFERENCES people (id)
);
CREATE INDEX imports_at ON imports (at, id);
