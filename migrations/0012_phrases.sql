-- 常用语: words a unit's people say often, offered where a step asks for words. `region` is the place of the unit; what is
-- shared is offered to everyone with a post in it. `uses` orders what is offered and counts nobody's work.
CREATE TABLE phrases (
    id UUID NOT NULL PRIMARY KEY,
    unit UUID NOT NULL REFERENCES units (id),
    region TEXT NOT NULL,
    step TEXT NOT NULL,
    matter TEXT,
    title TEXT NOT NULL,
    texts JSONB NOT NULL,
    is_shared BOOLEAN NOT NULL,
    uses BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX phrases_unit ON phrases (unit, uses, id) WHERE ended_at IS NULL;
CREATE INDEX phrases_shared ON phrases (region, step, uses, id) WHERE ended_at IS NULL AND is_shared;
