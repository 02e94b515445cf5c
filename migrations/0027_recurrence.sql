-- 重复发生: the same matter in the same village, or with the same thing, again and again. Which case lies where and when, for
-- counting; nobody who reported stands here. It follows the events.
CREATE TABLE recurring_cases (
    cluster TEXT NOT NULL,
    day TEXT NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    PRIMARY KEY (cluster, day, case_id)
);
CREATE INDEX recurring_cases_case ON recurring_cases (case_id);

-- 课题: a structural task, from its proposal to what became of it. How many cases it has is counted when it is asked.
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
    proposed_at BIGINT NOT NULL,
    unit UUID,
    person UUID,
    goal TEXT,
    measures TEXT,
    begins_on TEXT,
    due_on TEXT,
    ended_on TEXT,
    outcome TEXT,
    month TEXT,
    sort_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX topics_open ON topics (cluster) WHERE state IN ('proposed', 'active');
CREATE INDEX topics_cluster ON topics (cluster, proposed_at);
CREATE INDEX topics_month ON topics (county, month) WHERE month IS NOT NULL;
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

-- 每月一题: what everyone may read of it, and nothing else. One a county and month.
CREATE TABLE disclosed_topics (
    county TEXT NOT NULL,
    month TEXT NOT NULL,
    village TEXT NOT NULL,
    matter TEXT NOT NULL,
    goal JSONB NOT NULL,
    result JSONB,
    is_finished BOOLEAN NOT NULL,
    cases BIGINT,
    PRIMARY KEY (county, month)
);
