-- A unit's cases as an assistant, newest first, without looking at all of its cases: the time of arrival never changes, so
-- it may stand here too.
ALTER TABLE assignments ADD COLUMN received_at BIGINT NOT NULL DEFAULT 0;
UPDATE assignments SET received_at = (SELECT c.received_at FROM cases c WHERE c.id = assignments.case_id);
CREATE INDEX assignments_assist_received ON assignments (unit, received_at, case_id) WHERE kind <> 'lead';
