-- 疑点: signs that figures are being made to look well. Each is a unit's in a county and a period, never a person's.

-- What a picture looks like, in 64 bits that survive another size, another encoding, a little more light (dHash). None is not
-- reckoned yet; 0 is a picture without anything to know it by.
ALTER TABLE photos ADD COLUMN print BIGINT;
CREATE INDEX photos_unprinted ON photos (sha) WHERE print IS NULL;

-- Each result that was filed, as far as signs ask: whose, when, when it was due then, and a hash of what it says.
CREATE TABLE sign_results (
    entry UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    unit UUID NOT NULL REFERENCES units (id),
    county TEXT NOT NULL,
    at BIGINT NOT NULL,
    due_at BIGINT,
    words TEXT NOT NULL
);
CREATE INDEX sign_results_county ON sign_results (county, at, entry);
CREATE INDEX sign_results_case ON sign_results (case_id);

-- The photos of results, each in four bands of 16 bits: two pictures that differ in three bits at most share one of them.
CREATE TABLE sign_prints (
    entry UUID NOT NULL REFERENCES sign_results (entry),
    sha TEXT NOT NULL,
    band BIGINT NOT NULL,
    value BIGINT NOT NULL,
    print BIGINT NOT NULL,
    county TEXT NOT NULL,
    at BIGINT NOT NULL,
    case_id UUID NOT NULL,
    unit UUID NOT NULL,
    PRIMARY KEY (entry, sha, band)
);
CREATE INDEX sign_prints_band ON sign_prints (county, band, value, at);
CREATE INDEX sign_prints_county ON sign_prints (county, at, entry);

CREATE TABLE signs (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    unit UUID NOT NULL REFERENCES units (id),
    county TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    hits BIGINT NOT NULL,
    among BIGINT NOT NULL,
    peer_hits BIGINT NOT NULL,
    peer_among BIGINT NOT NULL,
    peers BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'explained', 'confirmed')),
    found_at BIGINT NOT NULL,
    looked_at BIGINT,
    looked_by UUID REFERENCES people (id),
    looked_hits BIGINT,
    words TEXT,
    answered_at BIGINT,
    answer TEXT,
    version BIGINT NOT NULL,
    UNIQUE (kind, unit, county, from_day)
);
CREATE INDEX signs_county ON signs (county, found_at, id);
CREATE INDEX signs_unit ON signs (unit, found_at, id);

CREATE TABLE sign_cases (
    sign UUID NOT NULL REFERENCES signs (id),
    nth BIGINT NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    entry UUID,
    sha TEXT,
    beside_case UUID REFERENCES cases (id),
    beside_sha TEXT,
    PRIMARY KEY (sign, nth)
);
CREATE INDEX sign_cases_case ON sign_cases (case_id);
