-- Lists at a million cases.
-- A unit's open cases as an assistant, without looking at all it ever assisted in: whether the case is open stands here
-- too, and changes with it.
ALTER TABLE assignments ADD COLUMN case_is_open BOOLEAN NOT NULL DEFAULT TRUE;
UPDATE assignments SET case_is_open = FALSE WHERE case_id IN (SELECT c.id FROM cases c WHERE NOT c.is_open);
CREATE INDEX assignments_assist_open ON assignments (unit, case_id) WHERE kind <> 'lead' AND case_is_open;

-- One matter of a place, filtered within the index; a case's matter seldom changes.
DROP INDEX cases_city_received;
DROP INDEX cases_county_received;
DROP INDEX cases_township_received;
CREATE INDEX cases_city_received ON cases (city, received_at, id, matter);
CREATE INDEX cases_county_received ON cases (county, received_at, id, matter);
CREATE INDEX cases_township_received ON cases (township, received_at, id, matter);
