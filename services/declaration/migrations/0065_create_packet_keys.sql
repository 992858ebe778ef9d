-- Why: a decision packet is verified for decades, so the public half of every key that signed one is kept and published (C6).
-- Safe online: creates a new table only.

CREATE TABLE packet_key (
    key_id text PRIMARY KEY,
    public_key bytea NOT NULL,
    since timestamptz NOT NULL
);
