-- Why: keys of machine clients overlap while they are exchanged, expire, and belong to an exam body (4.10, V17).
-- Safe online: adds nullable columns and a table, and copies the few keys there are; what old code still writes into secret_hash is read from the new table only, so register clients after the rollout.

ALTER TABLE machine_client ADD COLUMN scope_id uuid, ADD COLUMN expires_at timestamptz, ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE machine_client ALTER COLUMN secret_hash DROP NOT NULL;

CREATE TABLE machine_client_secret (
    secret_id uuid PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES machine_client,
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT uq__machine_client_secret__secret_hash UNIQUE (secret_hash)
);
CREATE INDEX ix__machine_client_secret__client_id ON machine_client_secret (client_id, created_at);
INSERT INTO machine_client_secret (secret_id, client_id, secret_hash, created_at, expires_at, last_used_at)
SELECT gen_random_uuid(), client_id, secret_hash, created_at, now() + interval '365 days', last_used_at FROM machine_client;
