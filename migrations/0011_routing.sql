-- 派单规则: corrections of dispatchers that became rules. The narrowest place wins; one rule stands for a matter in a place.
CREATE TABLE routing_rules (
    id UUID NOT NULL PRIMARY KEY,
    matter TEXT NOT NULL,
    region TEXT NOT NULL,
    lead UUID NOT NULL REFERENCES units (id),
    reason TEXT NOT NULL,
    case_number TEXT,
    made_at BIGINT NOT NULL,
    made_by UUID NOT NULL REFERENCES people (id),
    ended_at BIGINT,
    ended_by UUID REFERENCES people (id)
);
CREATE UNIQUE INDEX routing_rules_standing ON routing_rules (matter, region) WHERE ended_at IS NULL;
CREATE INDEX routing_rules_made ON routing_rules (made_at, id);

-- 算例: a place, a matter and perhaps a moment, with what must come of it.
CREATE TABLE routing_examples (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    matter TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    expected JSONB NOT NULL,
    made_at BIGINT NOT NULL,
    made_by UUID NOT NULL REFERENCES people (id)
);
CREATE INDEX routing_examples_region ON routing_examples (region, made_at, id);
