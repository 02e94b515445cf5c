-- 乡镇吹哨、部门报到: a township calls departments together.

-- 哨: where it is has one column a level, so that a scope is equality and the order is free. `limits` tells how the limits were
-- reckoned.
CREATE TABLE whistles (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('emergency', 'enforcement', 'key_work')),
    source TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'escalated', 'over', 'withdrawn')),
    is_open BOOLEAN NOT NULL,
    goal TEXT NOT NULL,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    village TEXT,
    place_text TEXT,
    case_id UUID REFERENCES cases (id),
    lead_unit UUID NOT NULL REFERENCES units (id),
    raised_at BIGINT NOT NULL,
    raised_by UUID NOT NULL REFERENCES people (id),
    raised_unit UUID REFERENCES units (id),
    meets_at BIGINT NOT NULL,
    limits JSONB NOT NULL,
    outcome TEXT CHECK (outcome IN ('solved', 'partly', 'cannot')),
    answer TEXT,
    answered_at BIGINT,
    escalated_at BIGINT,
    reason TEXT,
    decision TEXT,
    ended_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX whistles_city_raised ON whistles (city, raised_at, id);
CREATE INDEX whistles_county_raised ON whistles (county, raised_at, id);
CREATE INDEX whistles_township_raised ON whistles (township, raised_at, id);
CREATE INDEX whistles_village_raised ON whistles (village, raised_at, id);
CREATE INDEX whistles_city_open ON whistles (city, raised_at, id) WHERE is_open;
CREATE INDEX whistles_county_open ON whistles (county, raised_at, id) WHERE is_open;
CREATE INDEX whistles_township_open ON whistles (township, raised_at, id) WHERE is_open;
CREATE INDEX whistles_case ON whistles (case_id, raised_at, id);

-- 被吹哨单位: the units of a whistle, one row each. Late and missing follow from the times; `counts` is false where the
-- whistle ended before the unit's time was over. `awaits_office` and `awaits_unit` say who is still to rate. Where it is
-- and when the whistle was raised never change, so they stand here too.
CREATE TABLE whistle_calls (
    id UUID NOT NULL PRIMARY KEY,
    whistle UUID NOT NULL REFERENCES whistles (id),
    unit UUID NOT NULL REFERENCES units (id),
    assignment UUID REFERENCES assignments (id),
    task TEXT,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    called_at BIGINT NOT NULL,
    reply_due_at BIGINT NOT NULL,
    arrive_due_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    reply TEXT CHECK (reply IN ('coming', 'cannot')),
    reason TEXT,
    answered_at BIGINT,
    arrived_at BIGINT,
    arrived_said_by TEXT CHECK (arrived_said_by IN ('unit', 'office')),
    result TEXT,
    done_at BIGINT,
    is_open BOOLEAN NOT NULL,
    counts BOOLEAN NOT NULL,
    awaits_office BOOLEAN NOT NULL,
    awaits_unit BOOLEAN NOT NULL,
    grade TEXT CHECK (grade IN ('good', 'fair', 'poor')),
    grade_words TEXT,
    justified TEXT CHECK (justified IN ('good', 'fair', 'poor')),
    prepared TEXT CHECK (prepared IN ('good', 'fair', 'poor')),
    rating_words TEXT,
    reminded BIGINT NOT NULL,
    remind_at BIGINT,
    version BIGINT NOT NULL,
    UNIQUE (whistle, unit)
);
CREATE INDEX whistle_calls_city ON whistle_calls (city, raised_at, id);
CREATE INDEX whistle_calls_county ON whistle_calls (county, raised_at, id);
CREATE INDEX whistle_calls_township ON whistle_calls (township, raised_at, id);
CREATE INDEX whistle_calls_unit ON whistle_calls (unit, raised_at, id);
CREATE INDEX whistle_calls_unit_whistle ON whistle_calls (unit, raised_at, whistle);
CREATE INDEX whistle_calls_unit_open ON whistle_calls (unit, raised_at, whistle) WHERE is_open;
CREATE INDEX whistle_calls_unit_rates ON whistle_calls (unit, raised_at, whistle) WHERE awaits_unit;
CREATE INDEX whistle_calls_county_rates ON whistle_calls (county, raised_at, whistle) WHERE awaits_office;
CREATE INDEX whistle_calls_township_rates ON whistle_calls (township, raised_at, whistle) WHERE awaits_office;
CREATE INDEX whistle_calls_remind ON whistle_calls (remind_at, id) WHERE remind_at IS NOT NULL;
