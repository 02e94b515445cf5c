-- 消息: what leaves the platform for people who are not looking at it.

-- A way out: a gateway of short messages or mail for a place, a robot in a unit's group chat. Where it leads and what it
-- signs with is sealed; `shown` is the part of the address that betrays nothing.
CREATE TABLE gateways (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('sms', 'mail', 'wecom', 'dingtalk')),
    region TEXT NOT NULL,
    unit UUID REFERENCES units (id),
    name TEXT NOT NULL,
    shown TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    sender TEXT,
    is_on BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX gateways_region ON gateways (region, id);
CREATE INDEX gateways_unit ON gateways (unit);

-- What a person or a unit wishes to be told, and when not. Without a row the usual holds.
CREATE TABLE message_wishes (
    owner UUID NOT NULL PRIMARY KEY,
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('person', 'unit')),
    sms TEXT NOT NULL CHECK (sms IN ('none', 'emergency', 'all')),
    mail TEXT NOT NULL CHECK (mail IN ('none', 'emergency', 'all')),
    address TEXT,
    quiet_from TEXT NOT NULL,
    quiet_until TEXT NOT NULL,
    digest_at TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX message_wishes_digest ON message_wishes (owner) WHERE digest_at IS NOT NULL;

-- One message to one recipient by one way. Its text is made when it is sent; what must be kept secret until then is
-- sealed and goes with the sending. `once` makes the same news to the same recipient one message.
CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    once TEXT NOT NULL UNIQUE,
    gateway UUID NOT NULL REFERENCES gateways (id),
    to_kind TEXT NOT NULL CHECK (to_kind IN ('person', 'unit', 'report', 'phone')),
    to_id TEXT NOT NULL,
    case_id UUID REFERENCES cases (id),
    params JSONB NOT NULL,
    sealed BYTEA,
    region TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'delivered', 'failed')),
    created_at BIGINT NOT NULL,
    send_at BIGINT NOT NULL,
    lease_until BIGINT,
    attempts BIGINT NOT NULL,
    sent_at BIGINT,
    error TEXT
);
CREATE INDEX messages_waiting ON messages (send_at, id) WHERE state = 'waiting';
CREATE INDEX messages_gateway ON messages (gateway, id);
CREATE INDEX messages_case ON messages (case_id);

-- A code sent to a telephone number, which proves that whoever types it holds the telephone. The number itself is not
-- kept, only what finds it again.
CREATE TABLE receipt_codes (
    id UUID NOT NULL PRIMARY KEY,
    phone BYTEA NOT NULL,
    code BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL
);
CREATE INDEX receipt_codes_phone ON receipt_codes (phone, made_at);

-- Further receipts of a report, given to whoever proved to hold its telephone number.
CREATE TABLE receipts (
    receipt BYTEA NOT NULL PRIMARY KEY,
    report UUID NOT NULL REFERENCES reports (id),
    made_at BIGINT NOT NULL
);
CREATE INDEX receipts_report ON receipts (report);

-- Exact look-up of a number that was left.
CREATE INDEX contacts_lookup ON contacts (lookup, field);

ALTER TABLE reports ADD COLUMN wants_messages BOOLEAN NOT NULL DEFAULT FALSE;
