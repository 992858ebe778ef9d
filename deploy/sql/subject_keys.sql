-- The store of subject keys, in a database of its own (default name: tiro_keys) that no backup of the services' database
-- holds. Run as its administrator, after service.sql made the roles on this server (where the store has a server of its
-- own, as production does: after creating the roles there). Repeatable.
-- A key is destroyed by deleting its row; what remains is the log that restored services are told to forget by.
DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS subject_keys;
REVOKE ALL ON SCHEMA subject_keys FROM PUBLIC;

CREATE TABLE IF NOT EXISTS subject_keys.subject_key (
    subject_id uuid CONSTRAINT pk__subject_key PRIMARY KEY,
    secret bytea NOT NULL CONSTRAINT ck__subject_key__secret CHECK (octet_length(secret) = 32),
    made_at timestamptz NOT NULL DEFAULT now()
);
-- A deleted key leaves the pages as soon as the server gets to it, not when a fifth of the table has died.
ALTER TABLE subject_keys.subject_key SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE IF NOT EXISTS subject_keys.erased_subject (
    subject_id uuid CONSTRAINT pk__erased_subject PRIMARY KEY,
    position bigint NOT NULL CONSTRAINT uq__erased_subject__position UNIQUE,
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- Services call functions and have no right to the tables: who can ask for a key by its subject can not list them.
CREATE OR REPLACE FUNCTION subject_keys.find_key(wanted uuid)
RETURNS TABLE (secret bytea, erased boolean) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = subject_keys, pg_temp AS $$
    SELECT k.secret, false FROM subject_key k WHERE k.subject_id = wanted
    UNION ALL
    SELECT NULL, true FROM erased_subject e WHERE e.subject_id = wanted
    LIMIT 1
$$;

-- The key, made of `fresh` where there is none; NULL for who was erased, who never gets another one.
CREATE OR REPLACE FUNCTION subject_keys.take_key(wanted uuid, fresh bytea)
RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER
SET search_path = subject_keys, pg_temp AS $$
DECLARE
    found_key bytea;
BEGIN
    SELECT k.secret INTO found_key FROM subject_key k WHERE k.subject_id = wanted;
    IF found_key IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(wanted::text, 0));
        IF EXISTS (SELECT FROM erased_subject e WHERE e.subject_id = wanted) THEN
            RETURN NULL;
        END IF;
        INSERT INTO subject_key (subject_id, secret) VALUES (wanted, fresh) ON CONFLICT DO NOTHING;
        SELECT k.secret INTO found_key FROM subject_key k WHERE k.subject_id = wanted;
    END IF;
    RETURN found_key;
END $$;

-- Positions are given under one lock, so that a reader of the log never misses one that commits late.
CREATE OR REPLACE FUNCTION subject_keys.destroy_key(wanted uuid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = subject_keys, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(wanted::text, 0));
    LOCK TABLE erased_subject IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM subject_key WHERE subject_id = wanted;
    INSERT INTO erased_subject (subject_id, position)
    SELECT wanted, coalesce(max(e.position), 0) + 1 FROM erased_subject e
    ON CONFLICT (subject_id) DO NOTHING;
END $$;

-- Days are named by UUIDs of version 8 that sort by date, all below those of persons.
CREATE OR REPLACE FUNCTION subject_keys.destroy_days(before uuid)
RETURNS integer LANGUAGE sql SECURITY DEFINER
SET search_path = subject_keys, pg_temp AS $$
    WITH gone AS (
        DELETE FROM subject_key
        WHERE subject_id >= '00000000-0000-8000-8000-000000000000'
          AND subject_id < least(before, '00000000-0000-8000-8000-000099999999') RETURNING 1
    )
    SELECT count(*)::integer FROM gone
$$;

CREATE OR REPLACE FUNCTION subject_keys.erased_after(behind bigint, at_most integer)
RETURNS TABLE ("position" bigint, subject_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = subject_keys, pg_temp AS $$
    SELECT e.position, e.subject_id FROM erased_subject e WHERE e.position > behind ORDER BY e.position LIMIT at_most
$$;

CREATE OR REPLACE FUNCTION subject_keys.lacking(wanted uuid[])
RETURNS TABLE (subject_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = subject_keys, pg_temp AS $$
    SELECT w.id FROM unnest(wanted) AS w (id)
    WHERE NOT EXISTS (SELECT FROM subject_key k WHERE k.subject_id = w.id)
      AND NOT EXISTS (SELECT FROM erased_subject e WHERE e.subject_id = w.id)
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA subject_keys FROM PUBLIC;

-- Who seals for persons finds and makes keys; only identity, where accounts are closed, destroys them.
DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['identity', 'declaration', 'notification'] LOOP
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
        EXECUTE format('GRANT USAGE ON SCHEMA subject_keys TO %I', service);
        EXECUTE format('GRANT EXECUTE ON FUNCTION subject_keys.find_key(uuid), subject_keys.take_key(uuid, bytea), '
                       'subject_keys.erased_after(bigint, integer), subject_keys.lacking(uuid[]) TO %I', service);
    END LOOP;
    GRANT EXECUTE ON FUNCTION subject_keys.destroy_key(uuid), subject_keys.destroy_days(uuid) TO identity;
END $$;
