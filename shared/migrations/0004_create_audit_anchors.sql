-- Why: the signed heads of the audit chain, the service's own and those it keeps for another service, so that rolling a
--      whole database back is found (V63).
-- Safe online: creates a new table only.

CREATE TABLE audit_anchor (
    service text NOT NULL,
    number bigint NOT NULL,
    -- Part of the key: two different anchors of one number are evidence, and both are kept.
    digest bytea NOT NULL,
    document text NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    anchored_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk__audit_anchor__service_number_digest PRIMARY KEY (service, number, digest)
);

DO $$
DECLARE
    own_role text := current_schema();
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = own_role) THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_anchor FROM %I', own_role);
    END IF;
END $$;
