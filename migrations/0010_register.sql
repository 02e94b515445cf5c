-- 基础台账: the things and places of a county: lamps, hydrants, compounds, shops, risk points, facts of villages. Nothing of
-- residents. `sort` is kind, number and name in the order people read them; `facts` holds the facts in force, so that a list
-- is one read; `stale_on` is the first day on which one of them is older than its kind allows.
CREATE TABLE register_items (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    number TEXT,
    name TEXT NOT NULL,
    sort TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT,
    village TEXT,
    grid TEXT,
    micro_grid TEXT,
    place_text TEXT,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    owner UUID REFERENCES units (id),
    sign TEXT UNIQUE,
    begins_on TEXT NOT NULL,
    ends_on TEXT,
    facts JSONB NOT NULL,
    stale_on TEXT,
    seen_on TEXT,
    seen_well BOOLEAN,
    version BIGINT NOT NULL
);
-- A number is given once for a kind in a county; what has ended gives its number free.
CREATE UNIQUE INDEX register_items_number ON register_items (county, kind, number) WHERE ends_on IS NULL;
CREATE INDEX register_items_city ON register_items (city, sort, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_county ON register_items (county, sort, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_township ON register_items (township, sort, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_village ON register_items (village, sort, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_grid ON register_items (grid, sort, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_owner ON register_items (owner, sort, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_ended ON register_items (county, sort, id) WHERE ends_on IS NOT NULL;
-- What has grown old, the oldest first.
CREATE INDEX register_items_city_stale ON register_items (city, stale_on, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_county_stale ON register_items (county, stale_on, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_township_stale ON register_items (township, stale_on, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_village_stale ON register_items (village, stale_on, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_grid_stale ON register_items (grid, stale_on, id) WHERE ends_on IS NULL;
CREATE INDEX register_items_owner_stale ON register_items (owner, stale_on, id) WHERE ends_on IS NULL;
-- The window of a map.
CREATE INDEX register_items_point ON register_items (lat, lon) WHERE ends_on IS NULL;

-- What was said of a thing, by which source and as of which day; nothing is overwritten, the newest is in force.
CREATE TABLE register_facts (
    id UUID NOT NULL PRIMARY KEY,
    item UUID NOT NULL REFERENCES register_items (id),
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    as_of TEXT NOT NULL,
    person UUID REFERENCES people (id),
    at BIGINT NOT NULL
);
CREATE INDEX register_facts_item ON register_facts (item, as_of, at, id);

-- The terms by which a thing is found.
CREATE TABLE register_words (
    term TEXT NOT NULL,
    item UUID NOT NULL REFERENCES register_items (id),
    PRIMARY KEY (term, item)
);
CREATE INDEX register_words_item ON register_words (item);

-- "This lamp": the thing a case is about.
ALTER TABLE cases ADD COLUMN item UUID REFERENCES register_items (id);
CREATE INDEX cases_item ON cases (item, received_at, id) WHERE item IS NOT NULL;

-- 巡查清单: which kinds of things of a place are looked at how often. `due_in` is the day of the round by which they are.
CREATE TABLE patrol_lists (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT,
    village TEXT,
    grid TEXT,
    kinds JSONB NOT NULL,
    rhythm TEXT NOT NULL CHECK (rhythm IN ('weekly', 'monthly', 'season')),
    due_in BIGINT NOT NULL,
    begins_on TEXT NOT NULL,
    ends_on TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX patrol_lists_county ON patrol_lists (county, name, id);
CREATE INDEX patrol_lists_city ON patrol_lists (city, name, id);
CREATE INDEX patrol_lists_township ON patrol_lists (township, name, id);
CREATE INDEX patrol_lists_village ON patrol_lists (village, name, id);
CREATE INDEX patrol_lists_grid ON patrol_lists (grid, name, id);
CREATE INDEX patrol_lists_region ON patrol_lists (region, name, id);

-- A thing looked at in a round: a fact about the thing. Nobody's name, no coordinates.
CREATE TABLE patrol_ticks (
    list UUID NOT NULL REFERENCES patrol_lists (id),
    round TEXT NOT NULL,
    item UUID NOT NULL REFERENCES register_items (id),
    seen_on TEXT NOT NULL,
    is_well BOOLEAN NOT NULL,
    words TEXT,
    case_id UUID REFERENCES cases (id),
    PRIMARY KEY (list, round, item)
);
CREATE INDEX patrol_ticks_item ON patrol_ticks (item, seen_on);
