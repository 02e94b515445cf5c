-- 吹哨联合执法: the checks that came of a whistle, listed in its room.
CREATE INDEX enforcement_checks_whistle ON enforcement_checks (whistle) WHERE whistle IS NOT NULL;
