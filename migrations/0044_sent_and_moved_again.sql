-- A message that is sent again by hand keeps how often it was tried and why it did not leave; the waits between its further
-- tries are counted from there.
ALTER TABLE messages ADD COLUMN tries_before BIGINT NOT NULL DEFAULT 0;

-- 改期: a hearing that is put off stays the same appointment in people's calendars. It keeps the identity of its first
-- hearing and counts on; the one put off says when the next one begins.
ALTER TABLE hearings ADD COLUMN appointment UUID;
ALTER TABLE hearings ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hearings ADD COLUMN moved_to BIGINT;

-- 撤销回访记录: what a call-back and its case were before an attempt, so that a slip can be taken back; the attempt stays.
ALTER TABLE call_back_attempts ADD COLUMN before JSONB;
ALTER TABLE call_back_attempts ADD COLUMN undone_at BIGINT;
-- Where an attempt sent the case back, taking it back drops the part that was given with it: whether anything names that part
-- is asked here.
CREATE INDEX case_shares_part ON case_shares (assignment) WHERE assignment IS NOT NULL;
CREATE INDEX whistle_calls_part ON whistle_calls (assignment) WHERE assignment IS NOT NULL;
