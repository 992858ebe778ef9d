-- Why: every service commits state, event, audit row and idempotency answer together, and consumption with its effect.
-- Safe online: creates new tables and functions only.

CREATE TABLE outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL,
    type text NOT NULL,
    aggregate_id uuid NOT NULL,
    aggregate_version bigint NOT NULL,
    body bytea NOT NULL,
    correlation_id text NOT NULL,
    trace_parent text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at timestamptz,
    parked_reason text
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
-- The relay asks only for unsent rows; both indexes stay as small as the backlog.
CREATE INDEX ix__outbox__unsent ON outbox (position) WHERE sent_at IS NULL AND parked_reason IS NULL;
CREATE INDEX ix__outbox__unsent_aggregate ON outbox (aggregate_id, position) WHERE sent_at IS NULL;
CREATE INDEX ix__outbox__created_at ON outbox USING brin (created_at);

CREATE TABLE inbox (
    message_id uuid NOT NULL,
    consumer text NOT NULL,
    type text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk__inbox__message_id_consumer PRIMARY KEY (message_id, consumer)
);
CREATE INDEX ix__inbox__received_at ON inbox USING brin (received_at);

CREATE TABLE inbox_attempt (
    message_id uuid NOT NULL,
    consumer text NOT NULL,
    attempts integer NOT NULL,
    last_error text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk__inbox_attempt__message_id_consumer PRIMARY KEY (message_id, consumer)
);

CREATE TABLE idempotency_key (
    actor_id uuid NOT NULL,
    key text NOT NULL,
    request_digest bytea NOT NULL,
    status smallint NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk__idempotency_key__actor_id_key PRIMARY KEY (actor_id, key)
);
CREATE INDEX ix__idempotency_key__created_at ON idempotency_key USING brin (created_at);

-- One chain per lane; a transaction uses the lane of its connection, so writers do not queue behind one chain head.
CREATE TABLE audit_chain (
    lane smallint PRIMARY KEY,
    sequence bigint NOT NULL,
    digest bytea NOT NULL
) WITH (fillfactor = 10);
INSERT INTO audit_chain SELECT lane, 0, sha256(convert_to('tiro audit lane ' || lane, 'UTF8')) FROM generate_series(0, 31) lane;

CREATE TABLE audit_entry (
    lane smallint NOT NULL,
    sequence bigint NOT NULL,
    subject_id uuid NOT NULL,
    action text NOT NULL,
    entry text NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT pk__audit_entry__lane_sequence PRIMARY KEY (lane, sequence)
);
CREATE INDEX ix__audit_entry__subject_id ON audit_entry (subject_id);

-- digest(n) = sha256(digest(n-1) || sequence as 8 bytes big-endian || entry as UTF-8): gapless per lane, in the caller's
-- transaction. SECURITY DEFINER because the service's own role may insert into no chain and update nothing here (V61).
CREATE FUNCTION audit_append(entries text[], subjects uuid[], actions text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    my_lane smallint := pg_backend_pid() % 32;
    last_sequence bigint;
    last_digest bytea;
BEGIN
    SELECT c.sequence, c.digest INTO last_sequence, last_digest FROM audit_chain c WHERE c.lane = my_lane FOR UPDATE;
    FOR i IN 1 .. coalesce(array_length(entries, 1), 0) LOOP
        last_sequence := last_sequence + 1;
        last_digest := sha256(last_digest || int8send(last_sequence) || convert_to(entries[i], 'UTF8'));
        INSERT INTO audit_entry VALUES (my_lane, last_sequence, subjects[i], actions[i], entries[i], last_digest);
    END LOOP;
    UPDATE audit_chain c SET sequence = last_sequence, digest = last_digest WHERE c.lane = my_lane;
    RETURN coalesce(array_length(entries, 1), 0);
END $$;

-- Ends a statement whose guard does not hold; as an error it undoes everything the statement wrote.
CREATE FUNCTION refuse_overtaken() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'overtaken' USING ERRCODE = 'TI001';
END $$;

-- Generic cell rate algorithm (GCRA): one row per limited thing. UNLOGGED: losing it in a crash only forgives.
CREATE UNLOGGED TABLE rate_limit (
    name text NOT NULL,
    subject bytea NOT NULL,
    arrival timestamptz NOT NULL,
    CONSTRAINT pk__rate_limit__name_subject PRIMARY KEY (name, subject)
) WITH (fillfactor = 50);

CREATE TABLE known_signing_key (
    kid text PRIMARY KEY,
    jwk text NOT NULL,
    not_before timestamptz NOT NULL,
    retire_at timestamptz NOT NULL
);

DO $$
DECLARE
    own_role text := current_schema();
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = own_role) THEN
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_chain, audit_entry FROM %I', own_role);
    END IF;
END $$;
