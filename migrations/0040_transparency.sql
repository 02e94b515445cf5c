-- 可核验日志: every step of a case is a leaf of an append-only Merkle tree in the form of RFC 6962, whose signed head is
-- public (ADR 0036). Leaves commit to what was done with a salt of their own and reveal nothing.

-- A keyed hash over the whole step, made when it is written: what was written behind the application's back has none that
-- fits. NULL on steps older than this.
ALTER TABLE timeline ADD COLUMN seal BYTEA;

-- Which step stands at which place of the log. Read: a case's leaves by (case_id, n), an examination by seq. No foreign key:
-- a case that was removed behind the application's back must still be named.
CREATE TABLE log_leaves (
    seq BIGINT NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL,
    n BIGINT NOT NULL,
    entry UUID NOT NULL,
    salt BYTEA NOT NULL,
    state BYTEA,
    UNIQUE (case_id, n)
);

-- The hashes, 256 to a row: level 0 has the leaves', each level above the roots of 256 of those below.
CREATE TABLE log_tiles (
    level BIGINT NOT NULL,
    position BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (level, position)
);

-- Signed heads, as they were published.
CREATE TABLE log_heads (
    at BIGINT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    note TEXT NOT NULL
);
