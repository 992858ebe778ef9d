-- Why: every question of the national network is logged with its outcome, never with the number asked for (4.10).
-- Safe online: creates a new table only.

CREATE TABLE status_call (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    exam_year integer NOT NULL,
    with_name boolean NOT NULL,
    outcome text NOT NULL,
    declaration_id uuid,
    record_version bigint,
    request_id text NOT NULL
);
CREATE INDEX ix__status_call__asked_at ON status_call USING brin (asked_at);

DO $$
DECLARE
    own_role text := current_schema();
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = own_role) THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON status_call FROM %I', own_role);
    END IF;
END $$;
