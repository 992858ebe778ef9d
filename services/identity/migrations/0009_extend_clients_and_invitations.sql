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

-- Many invitations from one spreadsheet: checked when uploaded, carried out when started. No passwords, no secrets.
CREATE TABLE staff_sheet (
    sheet_id uuid PRIMARY KEY,
    created_by uuid NOT NULL REFERENCES staff_account,
    scope_id uuid NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT ck__staff_sheet__state CHECK (state IN ('checked', 'running', 'done'))
);
CREATE INDEX ix__staff_sheet__scope_id ON staff_sheet (scope_id, sheet_id);
CREATE INDEX ix__staff_sheet__running ON staff_sheet (sheet_id) WHERE state = 'running';

CREATE TABLE staff_sheet_row (
    sheet_id uuid NOT NULL REFERENCES staff_sheet ON DELETE CASCADE,
    line integer NOT NULL,
    role text NOT NULL,
    target_scope_id uuid,
    name_sealed bytea NOT NULL,
    phone_sealed bytea NOT NULL,
    phone_masked text NOT NULL,
    result text NOT NULL,
    problem text,
    staff_id uuid,
    CONSTRAINT pk__staff_sheet_row__sheet_id_line PRIMARY KEY (sheet_id, line),
    CONSTRAINT ck__staff_sheet_row__result CHECK (result IN ('wrong', 'waiting', 'invited', 'refused'))
);
