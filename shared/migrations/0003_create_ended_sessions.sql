-- Why: a session that ended must stop working in every service within a minute, although its access tokens live longer (V17).
-- Safe online: creates a new table only.

CREATE TABLE ended_session (
    session_id uuid PRIMARY KEY,
    -- By the database's clock, which all copies share: nothing is compared with the clock of the service that told.
    heard_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ix__ended_session__heard_at ON ended_session (heard_at);
