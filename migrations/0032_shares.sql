-- 协办分工: what a unit's part in a case is about, by when it is due, and what it answered to the lead; and the same of a
-- contractor, who works by a link. A unit sees the case by its row in `assignments`; who is only asked has none yet, and so
-- sees the share alone. Few cases have shares, so six ways to them cost the many nothing.
CREATE TABLE case_shares (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('unit', 'contractor')),
    state TEXT NOT NULL CHECK (state IN ('asked', 'open', 'signed', 'answered', 'accepted', 'declined', 'ended')),
    -- It is not over: the unit owes it, or the lead has yet to look at the answer.
    is_open BOOLEAN NOT NULL,
    unit UUID REFERENCES units (id),
    assignment UUID REFERENCES assignments (id),
    company TEXT,
    lead_unit UUID NOT NULL REFERENCES units (id),
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    task TEXT NOT NULL,
    photos JSONB NOT NULL,
    due_at BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    given_by UUID NOT NULL,
    -- When the unit had it: the limit to decline begins.
    begun_at BIGINT,
    signed_at BIGINT,
    signed_by UUID,
    answered_at BIGINT,
    answer TEXT,
    answer_photos JSONB NOT NULL,
    answered_by UUID,
    -- Why it was sent back, declined or ended.
    words TEXT,
    rounds BIGINT NOT NULL,
    -- What a contractor's link is known by: the hash of it, never the link.
    token BYTEA UNIQUE,
    expires_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX case_shares_case ON case_shares (case_id, given_at, id);
CREATE INDEX case_shares_unit ON case_shares (unit, given_at, id) WHERE unit IS NOT NULL;
CREATE INDEX case_shares_unit_open ON case_shares (unit, given_at, id) WHERE is_open;
CREATE INDEX case_shares_lead ON case_shares (lead_unit, given_at, id);
CREATE INDEX case_shares_county ON case_shares (county, given_at, id);
CREATE INDEX case_shares_city ON case_shares (city, given_at, id);
