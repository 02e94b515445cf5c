-- Ways to lists that were counted row by row at a million cases.

-- One status of a township was looked for among all its cases (50 ms). Only what has ended stands in this index, so it costs
-- one entry in the life of a case, when it ends; the few that are open have an index of their own.
CREATE INDEX cases_township_status ON cases (township, status, received_at, id, is_open) WHERE NOT is_open;

-- The tiles of a county count its open cases by what else is true of them: undecided, returned, redone, verifying, mine. With
-- that in the index they are counted in it alone (35 to 82 ms before). It costs: a step that changes one of these columns
-- writes one entry of this index more, some twelve rows and entries being written for a step as it is. A township's and a
-- village's index stay narrow, for they have so few open cases that reading the rows is nothing.
DROP INDEX cases_county_open;
CREATE INDEX cases_county_open ON cases (county, due_at, id, status, returns, redos, handler, lead_unit, is_open) WHERE is_open;

-- Things of the register are listed by what is known of them (a choice, yes or no): each such fact is a term beside their
-- words, and one index serves both.
INSERT INTO register_words (term, item)
SELECT '=' || f.key || '=' || (f.value ->> 'value'), i.id
FROM register_items i, jsonb_each(i.facts) AS f
WHERE length(f.value ->> 'value') <= 40
ON CONFLICT (term, item) DO NOTHING;
