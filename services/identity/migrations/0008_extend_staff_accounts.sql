-- Why: accounts are managed from above inside a jurisdiction, a lost second factor can be reset, logins can be looked at, ownership can be handed over (4.8, B6, P15).
-- Safe online: adds nullable columns and new tables; the new check is looser than the old one, so old code keeps it.

ALTER TABLE staff_account
    ADD COLUMN invited_until timestamptz,
    ADD COLUMN disabled_at timestamptz,
    ADD COLUMN name_index bytea;
-- An account whose second factor was reset is locked and has none until its holder accepts a new invitation.
ALTER TABLE staff_account DROP CONSTRAINT ck__staff_account__factors;
ALTER TABLE staff_account ADD CONSTRAINT ck__staff_account__factors CHECK (
    (state <> 'active' OR (password_phc IS NOT NULL AND totp_sealed IS NOT NULL))
    AND (state NOT IN ('active', 'locked') OR responsibility_accepted_at IS NOT NULL)) NOT VALID;
ALTER TABLE staff_account VALIDATE CONSTRAINT ck__staff_account__factors;
CREATE INDEX ix__staff_account__disabled_at ON staff_account (disabled_at) WHERE state = 'disabled';
CREATE INDEX ix__staff_account__name_index ON staff_account (name_index);

-- The tree, as the institution service tells it: `path` runs from the zone down to the node itself.
CREATE TABLE known_scope (
    scope_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    level text NOT NULL,
    path uuid[] NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    CONSTRAINT ck__known_scope__level CHECK (level IN ('zone', 'site', 'point', 'institution'))
);
CREATE INDEX ix__known_scope__path ON known_scope USING gin (path);

CREATE TABLE staff_login (
    login_id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff_account,
    scope_id uuid NOT NULL,
    at timestamptz NOT NULL,
    address_masked text NOT NULL,
    client text NOT NULL,
    result text NOT NULL,
    CONSTRAINT ck__staff_login__result CHECK (result IN ('opened', 'refused', 'locked'))
);
CREATE INDEX ix__staff_login__scope_id ON staff_login (scope_id, login_id DESC);
CREATE INDEX ix__staff_login__staff_id ON staff_login (staff_id, login_id DESC);
CREATE INDEX ix__staff_login__at ON staff_login (at);

CREATE TABLE ownership_transfer (
    transfer_id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    scope_name text NOT NULL,
    from_staff_id uuid NOT NULL REFERENCES staff_account,
    to_staff_id uuid NOT NULL REFERENCES staff_account,
    old_owner text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    proposed_at timestamptz NOT NULL,
    accepted_at timestamptz,
    ended_at timestamptz,
    ended_by uuid,
    CONSTRAINT ck__ownership_transfer__old_owner CHECK (old_owner IN ('demoted', 'disabled')),
    CONSTRAINT ck__ownership_transfer__state CHECK (state IN ('proposed', 'accepted', 'confirmed', 'cancelled', 'declined',
        'rejected')),
    CONSTRAINT ck__ownership_transfer__parties CHECK (from_staff_id <> to_staff_id)
);
-- One open transfer per institution.
CREATE UNIQUE INDEX uq__ownership_transfer__scope_id ON ownership_transfer (scope_id) WHERE state IN ('proposed', 'accepted');
CREATE INDEX ix__ownership_transfer__scope_id_transfer_id ON ownership_transfer (scope_id, transfer_id);
