-- 重复发生: the same matter in the same place, or with the same thing, again and again. Which case lies where and when, for
-- counting; nobody who reported stands here. It follows the events.
CREATE TABLE recurring_cases (
    case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id),
    cluster TEXT NOT NULL,
    item_cluster TEXT,
    day TEXT NOT NULL
);
CREATE INDEX recurring_cases_cluster ON recurring_cases (cluster, day, case_id);
CREATE INDEX recurring_cases_item ON recurring_cases (item_cluster, day, case_id) WHERE item_cluster IS NOT NULL;

-- 课题: a structural task, from its proposal to what became of it.
CREATE TABLE topics (
    id UUID NOT NULL PRIMARY KEY,
    cluster TEXT NOT NULL,
    matter TEXT NOT NULL,
    item UUID,
    city TEXT,
    county TEXT NOT NULL,
    township TEXT,
    village TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'active', 'finished', 'rejected')),
    since TEXT NOT NULL,
    found BIGINT NOT NULL,
    relapses BIGINT NOT NULL,
    proposed_at BIGINT NOT NULL,
    reason TEXT,
    unit UUID,
    person UUID,
    goal TEXT,
    measures TEXT,
    begins_on TEXT,
    due_on TEXT,
    changed TEXT,
    ended_on TEXT,
    month TEXT,
    public_goal JSONB,
    public_result JSONB,
    sort_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX topics_open ON topics (cluster) WHERE state IN ('proposed', 'active');
CREATE INDEX topics_cluster ON topics (cluster, proposed_at);
CREATE UNIQUE INDEX topics_month ON topics (county, month) WHERE month IS NOT NULL;
CREATE INDEX topics_city_state ON topics (city, state, sort_at, id);
CREATE INDEX topics_county_state ON topics (county, state, sort_at, id);
CREATE INDEX topics_township_state ON topics (township, state, sort_at, id);
CREATE INDEX topics_village_state ON topics (village, state, sort_at, id);

CREATE TABLE topic_notes (
    id UUID NOT NULL PRIMARY KEY,
    topic UUID NOT NULL REFERENCES topics (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person UUID NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX topic_notes_topic ON topic_notes (topic, id);
