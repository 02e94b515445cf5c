-- 挂账: what is planned, in words of its own beside why not now.
ALTER TABLE pleas ADD COLUMN plan UUID;
