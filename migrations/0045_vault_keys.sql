-- 密钥: the secrets that the master key wraps (ADR 0039). Number 0 is the root, from which receipts and look-ups are derived;
-- the others seal values, the newest whose time has come. A key that opens nothing any more loses its bytes and stays as a
-- line. The master key itself is never here: `master` are 16 digits that tell one from another.
CREATE TABLE vault_keys (
    number BIGINT NOT NULL PRIMARY KEY,
    suite TEXT NOT NULL CHECK (suite IN ('standard', 'sm')),
    wrapped BYTEA,
    master TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    ended_at BIGINT,
    -- When somebody last held a copy of the master key against this database; on the root's row alone.
    copy_checked_at BIGINT
);
