-- 挂账: what is planned, in words of its own beside why not now.
ALTER TABLE pleas ADD COLUMN plan UUID;
-- 提请县（区）裁定: why a refused dispute is taken higher, beside the first reason; and what the township answered to that.
ALTER TABLE pleas ADD COLUMN appeal UUID;
ALTER TABLE pleas ADD COLUMN first_answer UUID;

-- Call-backs now say as well whether the question of contact was answered: what was reckoned before is reckoned anew.
UPDATE indicator_state SET filled = NULL, is_whole = FALSE WHERE name = 'marks';
