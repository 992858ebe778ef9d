-- Why: staff accounts are handed down by invitation and open with two factors (4.8, V11, V12); machines have keys of their own.
-- Safe online: creates new tables only.

CREATE TABLE staff_account (
    staff_id uuid PRIMARY KEY,
    role text NOT NULL,
    scope_kind text NOT NULL,
    scope_id uuid NOT NULL,
    scope_name text NOT NULL,
    name_sealed bytea NOT NULL,
    phone_sealed bytea NOT NULL,
    phone_index bytea NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    language text NOT NULL DEFAULT 'zh',
    password_phc text,
    totp_sealed bytea,
    totp_step bigint NOT NULL DEFAULT 0,
    invited_by uuid,
    created_at timestamptz NOT NULL,
    responsibility_accepted_at timestamptz,
    activated_at timestamptz,
    last_login_at timestamptz,
    CONSTRAINT ck__staff_account__state CHECK (state IN ('invited', 'active', 'locked', 'disabled', 'archived')),
    CONSTRAINT ck__staff_account__scope_kind CHECK (scope_kind IN ('exam_body', 'institution')),
    -- No account works without both factors and the accepted responsibility (B6, V11).
    CONSTRAINT ck__staff_account__factors CHECK (state NOT IN ('active', 'locked') OR
        (password_phc IS NOT NULL AND totp_sealed IS NOT NULL AND responsibility_accepted_at IS NOT NULL))
) WITH (fillfactor = 80);
-- A phone may serve several scopes, each with factors of its own, but holds one living account per scope.
CREATE UNIQUE INDEX uq__staff_account__phone_index_scope_id ON staff_account (phone_index, scope_id)
    WHERE state IN ('invited', 'active', 'locked');
CREATE INDEX ix__staff_account__scope_id ON staff_account (scope_id, created_at, staff_id);

CREATE TABLE staff_invitation (
    invitation_id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff_account,
    secret_mac bytea NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT uq__staff_invitation__secret_mac UNIQUE (secret_mac),
    CONSTRAINT ck__staff_invitation__life CHECK (expires_at <= issued_at + interval '72 hours')
);
CREATE INDEX ix__staff_invitation__staff_id ON staff_invitation (staff_id);

CREATE TABLE machine_client (
    client_id uuid PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    scopes text[] NOT NULL,
    secret_hash bytea NOT NULL,
    state text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT uq__machine_client__name UNIQUE (name),
    CONSTRAINT ck__machine_client__state CHECK (state IN ('active', 'revoked'))
);
