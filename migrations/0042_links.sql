-- 包联. Who is linked to which place is a post, like every other post; here stands what a post does not say: the telephone of
-- the desk (never a private one), and whether residents may read name and telephone.
CREATE TABLE link_cards (
    post UUID NOT NULL PRIMARY KEY REFERENCES posts (id),
    phone TEXT,
    is_public BOOLEAN NOT NULL,
    version BIGINT NOT NULL
);

-- 包户. A household is what stands at its door, a number or a thing of the register; nobody who lives there is listed.
CREATE TABLE household_links (
    id UUID NOT NULL PRIMARY KEY,
    post UUID NOT NULL REFERENCES posts (id),
    person UUID NOT NULL REFERENCES people (id),
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    village TEXT,
    grid TEXT,
    door TEXT NOT NULL,
    item UUID REFERENCES register_items (id),
    begins_on TEXT NOT NULL,
    ends_on TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX household_links_city ON household_links (city, id);
CREATE INDEX household_links_county ON household_links (county, id);
CREATE INDEX household_links_township ON household_links (township, id);
CREATE INDEX household_links_village ON household_links (village, id);
CREATE INDEX household_links_grid ON household_links (grid, id);
CREATE INDEX household_links_person ON household_links (person, id);
CREATE INDEX household_links_post ON household_links (post, door);
CREATE INDEX household_links_item ON household_links (item) WHERE item IS NOT NULL;

-- 走访. Whom, in which household, and what was said are about a person and stand here sealed until `keep_until`; what is needed
-- stands in the open, with names and numbers masked. No coordinates and no photo.
CREATE TABLE visits (
    id UUID NOT NULL PRIMARY KEY,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    village TEXT,
    grid TEXT,
    writer UUID NOT NULL REFERENCES people (id),
    post UUID REFERENCES posts (id),
    unit UUID REFERENCES units (id),
    visited_on TEXT NOT NULL,
    whom BYTEA,
    said BYTEA,
    need TEXT,
    matter TEXT,
    case_id UUID REFERENCES cases (id),
    written_at BIGINT NOT NULL,
    keep_until TEXT,
    withdrawn_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX visits_city ON visits (city, visited_on, id) WHERE withdrawn_at IS NULL;
CREATE INDEX visits_county ON visits (county, visited_on, id) WHERE withdrawn_at IS NULL;
CREATE INDEX visits_township ON visits (township, visited_on, id) WHERE withdrawn_at IS NULL;
CREATE INDEX visits_village ON visits (village, visited_on, id) WHERE withdrawn_at IS NULL;
CREATE INDEX visits_grid ON visits (grid, visited_on, id) WHERE withdrawn_at IS NULL;
CREATE INDEX visits_writer ON visits (writer, visited_on, id) WHERE withdrawn_at IS NULL;
CREATE INDEX visits_post ON visits (post);
CREATE INDEX visits_unit ON visits (unit);
CREATE INDEX visits_case ON visits (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX visits_keep ON visits (keep_until, id) WHERE keep_until IS NOT NULL;

-- Who, other than the writer, opened what was sealed.
CREATE TABLE visit_openings (
    id UUID NOT NULL PRIMARY KEY,
    visit UUID NOT NULL REFERENCES visits (id),
    at BIGINT NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX visit_openings_visit ON visit_openings (visit, id);
CREATE INDEX visit_openings_person ON visit_openings (person);

-- What everyone may read, and nothing else: who is linked to a village, the day somebody of them last came, what became of what
-- was raised, and which of it stands in the public ledger. `place` is a village, or a township that is linked as a whole.
CREATE TABLE disclosed_links (
    place TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    unit JSONB,
    phone TEXT,
    since TEXT NOT NULL,
    PRIMARY KEY (place, ordinal)
);

CREATE TABLE disclosed_visits (
    place TEXT NOT NULL PRIMARY KEY,
    last_on TEXT,
    collected BIGINT NOT NULL,
    classified BIGINT NOT NULL,
    solved BIGINT NOT NULL,
    ended BIGINT NOT NULL
);

CREATE TABLE disclosed_visit_cases (
    place TEXT NOT NULL,
    stage TEXT NOT NULL,
    public_key TEXT NOT NULL,
    PRIMARY KEY (place, stage, public_key)
);
