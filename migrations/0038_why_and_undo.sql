-- 每月一题: why a topic was proposed, with the numbers of that day and of the rule that held; what it was before the last
-- decision, so that whoever took it may take it back.
ALTER TABLE topics ADD COLUMN counted BIGINT;
ALTER TABLE topics ADD COLUMN rule_cases BIGINT;
ALTER TABLE topics ADD COLUMN rule_days BIGINT;
ALTER TABLE topics ADD COLUMN before JSONB;
ALTER TABLE topics ADD COLUMN decided_by UUID;
-- 考核剔除: the list of what was left out of the count, for auditors and for the units.
CREATE INDEX pleas_exclusions_county ON pleas (county, asked_at, id) WHERE kind = 'exclusion';
CREATE INDEX pleas_exclusions_township ON pleas (township, asked_at, id) WHERE kind = 'exclusion';
CREATE INDEX pleas_exclusions_unit ON pleas (unit, asked_at, id) WHERE kind = 'exclusion';
-- 挂账复查: when a parked case is looked at again, for the list that goes by it. Those parked before are in it from their next
-- review on, within 30 days.
ALTER TABLE pleas ADD COLUMN review_at BIGINT;
CREATE INDEX pleas_review_county ON pleas (county, review_at, id) WHERE review_at IS NOT NULL;
CREATE INDEX pleas_review_township ON pleas (township, review_at, id) WHERE review_at IS NOT NULL;
CREATE INDEX pleas_review_unit ON pleas (unit, review_at, id) WHERE review_at IS NOT NULL;
