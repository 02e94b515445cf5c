-- 常用视图: filters of a list under a name, one person's own or a unit's.
CREATE TABLE saved_views (
    id UUID NOT NULL PRIMARY KEY,
    list TEXT NOT NULL,
    name TEXT NOT NULL,
    query JSONB NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    unit UUID REFERENCES units (id),
    made_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX saved_views_person ON saved_views (person, list, made_at, id);
CREATE INDEX saved_views_unit ON saved_views (unit, list, made_at, id) WHERE unit IS NOT NULL;
