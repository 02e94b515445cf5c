-- 双报到. Who registered with a community, with what they offer: a unit (a Party organisation is one), a member of staff, or an
-- enterprise or social organisation that the community took in. Nothing here says what anybody belongs to.
CREATE TABLE registrations (
    id UUID NOT NULL PRIMARY KEY,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    village TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('unit', 'person', 'enterprise', 'social')),
    unit UUID REFERENCES units (id),
    person UUID REFERENCES people (id),
    name TEXT NOT NULL,
    offers JSONB NOT NULL,
    free TEXT,
    state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'declined', 'ended')),
    answer TEXT,
    registered_on TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX registrations_city ON registrations (city, id);
CREATE INDEX registrations_county ON registrations (county, id);
CREATE INDEX registrations_township ON registrations (township, id);
CREATE INDEX registrations_village ON registrations (village, id);
CREATE INDEX registrations_unit ON registrations (unit, id) WHERE unit IS NOT NULL;
CREATE INDEX registrations_person ON registrations (person, id) WHERE person IS NOT NULL;

-- 需求清单. What a community asks of those who registered with it: in the open, and nothing about a person.
CREATE TABLE community_needs (
    id UUID NOT NULL PRIMARY KEY,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    village TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    by_on TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'matched', 'done', 'withdrawn')),
    published_on TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX community_needs_city ON community_needs (city, id);
CREATE INDEX community_needs_county ON community_needs (county, id);
CREATE INDEX community_needs_township ON community_needs (township, id);
CREATE INDEX community_needs_village ON community_needs (village, id);

-- 项目清单, 双服务. What was promised, what was done, and whether it helped: one record, which the community and the own unit read.
CREATE TABLE community_projects (
    id UUID NOT NULL PRIMARY KEY,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    county TEXT NOT NULL,
    township TEXT NOT NULL,
    village TEXT NOT NULL,
    need UUID REFERENCES community_needs (id),
    registration UUID NOT NULL REFERENCES registrations (id),
    unit UUID REFERENCES units (id),
    person UUID REFERENCES people (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    promise TEXT NOT NULL,
    due_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('promised', 'done', 'judged', 'dropped')),
    result TEXT,
    done_on TEXT,
    helped BOOLEAN,
    word TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX community_projects_city ON community_projects (city, id);
CREATE INDEX community_projects_county ON community_projects (county, id);
CREATE INDEX community_projects_township ON community_projects (township, id);
CREATE INDEX community_projects_village ON community_projects (village, id);
CREATE INDEX community_projects_unit ON community_projects (unit, id) WHERE unit IS NOT NULL;
CREATE INDEX community_projects_person ON community_projects (person, id) WHERE person IS NOT NULL;
CREATE INDEX community_projects_need ON community_projects (need) WHERE need IS NOT NULL;
CREATE INDEX community_projects_registration ON community_projects (registration);

-- What everyone reads of a community's needs, and nothing else.
CREATE TABLE disclosed_needs (
    public_key TEXT NOT NULL PRIMARY KEY,
    place TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    by_on TEXT,
    state TEXT NOT NULL,
    published_on TEXT NOT NULL,
    done_by TEXT,
    result TEXT,
    done_on TEXT,
    helped BOOLEAN
);
CREATE INDEX disclosed_needs_place ON disclosed_needs (place, published_on, public_key);
