-- Why: staff prove the second factor, or both, by a passkey (WebAuthn); the log of logins shows how each was proven (V11, B6).
-- Safe online: new tables, new columns with constant defaults, and a check that is looser than the old one; old code knows no passkeys, so let no superior reset second factors through it once the first passkey is registered.

CREATE TABLE staff_passkey (
    passkey_id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff_account,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    label text NOT NULL,
    backed_up boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    suspected_at timestamptz,
    CONSTRAINT uq__staff_passkey__credential_id UNIQUE (credential_id)
) WITH (fillfactor = 80);
CREATE INDEX ix__staff_passkey__staff_id ON staff_passkey (staff_id, created_at);

-- One row per question an authenticator was asked; deleted by the first answer, right or wrong.
CREATE TABLE passkey_challenge (
    challenge_id uuid PRIMARY KEY,
    purpose text NOT NULL,
    challenge bytea NOT NULL,
    phone_index bytea,
    staff_id uuid,
    expires_at timestamptz NOT NULL,
    CONSTRAINT ck__passkey_challenge__purpose CHECK (purpose IN ('login', 'second_factor', 'step_up', 'registration')),
    CONSTRAINT ck__passkey_challenge__bound CHECK ((phone_index IS NULL) <> (staff_id IS NULL))
);
CREATE INDEX ix__passkey_challenge__expires_at ON passkey_challenge (expires_at);

-- How many passkeys the account has: what an active account must have stands in one row.
ALTER TABLE staff_account ADD COLUMN passkeys integer NOT NULL DEFAULT 0;
ALTER TABLE staff_account DROP CONSTRAINT ck__staff_account__factors;
ALTER TABLE staff_account ADD CONSTRAINT ck__staff_account__factors CHECK (
    (state <> 'active' OR (password_phc IS NOT NULL AND (totp_sealed IS NOT NULL OR passkeys > 0)))
    AND (state NOT IN ('active', 'locked') OR responsibility_accepted_at IS NOT NULL)) NOT VALID;
ALTER TABLE staff_account VALIDATE CONSTRAINT ck__staff_account__factors;

ALTER TABLE staff_login ADD COLUMN method text;
