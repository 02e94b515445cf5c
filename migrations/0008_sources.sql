-- 来源编号: the number a report has where it came from (12345, a mailbox, the province's platform). `content` tells whether
-- the same number comes again with other words, `cells` are the source's own words that go back to it (no words of the
-- person, no contact detail), `handed` is what was last handed back.
CREATE TABLE case_aliases (
    source TEXT NOT NULL,
    number TEXT NOT NULL,
    names JSONB NOT NULL,
    report UUID NOT NULL REFERENCES reports (id),
    county TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    content BYTEA NOT NULL,
    cells JSONB NOT NULL,
    intake UUID,
    handed TEXT,
    handed_at BIGINT,
    PRIMARY KEY (source, number)
);
CREATE INDEX case_aliases_report ON case_aliases (report);
CREATE INDEX case_aliases_number ON case_aliases (number);
CREATE INDEX case_aliases_intake ON case_aliases (intake);
CREATE INDEX case_aliases_received ON case_aliases (source, received_at, number);
CREATE INDEX case_aliases_county ON case_aliases (source, county, received_at, number);

-- Which answers went out with which hand-back, and as they stood.
CREATE TABLE case_handed (
    hand_back UUID NOT NULL,
    source TEXT NOT NULL,
    number TEXT NOT NULL,
    stood TEXT NOT NULL,
    PRIMARY KEY (hand_back, number)
);

-- 导入: a file of orders that was brought in; `region` holds all places of whoever brought it. `fresh` counts the orders
-- that were new, `known` those that were here, `differing` those that were here with other words, `mistaken` the rest.
CREATE TABLE source_intakes (
    id UUID NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    person UUID REFERENCES people (id),
    region TEXT NOT NULL,
    file TEXT NOT NULL,
    fresh BIGINT NOT NULL,
    known BIGINT NOT NULL,
    differing BIGINT NOT NULL,
    mistaken BIGINT NOT NULL,
    ended_at BIGINT,
    undone_at BIGINT,
    undone_by UUID REFERENCES people (id),
    withdrawn BIGINT
);
CREATE INDEX source_intakes_at ON source_intakes (at, id);

-- 交回: answers that were given back to where the orders came from.
CREATE TABLE source_hand_backs (
    id UUID NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    person UUID REFERENCES people (id),
    region TEXT NOT NULL,
    count BIGINT NOT NULL
);
CREATE INDEX source_hand_backs_at ON source_hand_backs (at, id);

-- A key with which a source's own system hands orders over and fetches answers; only its hash is kept.
CREATE TABLE source_keys (
    id UUID NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    ended_at BIGINT,
    ended_by UUID REFERENCES people (id)
);
CREATE INDEX source_keys_source ON source_keys (source, created_at, id);
