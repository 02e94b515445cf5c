-- 重划: what was redrawn, with what it changed, so that it can be taken back. `region` is the narrowest place that holds
-- all of it, `places` are the codes it touched, `way` says whether it was drawn or came as a file.
CREATE TABLE redrawings (
    id UUID NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    person UUID REFERENCES people (id),
    region TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('drawn', 'file')),
    counts JSONB NOT NULL,
    places JSONB NOT NULL,
    journal JSONB NOT NULL,
    undone_at BIGINT,
    undone_by UUID REFERENCES people (id)
);
CREATE INDEX redrawings_at ON redrawings (at, id);
