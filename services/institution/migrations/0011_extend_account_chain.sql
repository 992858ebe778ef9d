-- Why: how far the account of an institution's owner has come can be read: asked for, invited, accepted, active (C1, B6).
-- Safe online: creates a table and adds columns that may be empty.

CREATE TABLE owner_request (
    request_id uuid PRIMARY KEY,
    institution_id uuid NOT NULL REFERENCES institution (id),
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL
);
CREATE INDEX ix__owner_request__institution_id ON owner_request (institution_id, requested_at);

ALTER TABLE known_staff
    ADD COLUMN invited_at timestamptz,
    ADD COLUMN invited_until timestamptz,
    ADD COLUMN activated_at timestamptz;
