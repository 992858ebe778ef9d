-- Why: the network heard nothing of a record written while its institution moved, nor of the exempt channel (4.10).
-- Safe online: replaces functions and adds triggers under a short lock; a change of an answer waits for an event of its
-- institution that is under way.

-- One of 256 locks of a kind: whoever fills a table in one transaction must not fill the engine's table of locks.
CREATE FUNCTION status_lock(kind text, id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashtextextended(kind, 0) & ~255::bigint) | (hashtextextended(id::text, 0) & 255)
$$;

-- The bodies above these institutions. Whoever writes a record and whoever moves its institution wait for each other:
-- either the path read here is the new one, or the move sees the record. What is not known yet has no row to wait at.
CREATE FUNCTION status_bodies(institutions uuid[]) RETURNS uuid[] LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
DECLARE
    wanted uuid;
    path uuid[];
    bodies uuid[] := '{}';
BEGIN
    FOR wanted IN SELECT DISTINCT one FROM unnest(institutions) AS one WHERE one IS NOT NULL ORDER BY one LOOP
        SELECT i.filing_body_path INTO path FROM known_institution i WHERE i.institution_id = wanted FOR SHARE;
        IF NOT FOUND THEN
            PERFORM pg_advisory_xact_lock_shared(status_lock('status of institution', wanted));
            SELECT i.filing_body_path INTO path FROM known_institution i WHERE i.institution_id = wanted FOR SHARE;
        END IF;
        bodies := bodies || path;
    END LOOP;
    RETURN bodies;
END $$;

CREATE OR REPLACE FUNCTION track_declaration_status() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM pg_advisory_xact_lock_shared(status_lock('status of person', NEW.person_id));
    END IF;
    INSERT INTO status_change (declaration_id, bodies)
    VALUES (NEW.id, status_bodies(ARRAY[NEW.institution_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.institution_id END]));
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION track_evaluation_status() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO status_change (declaration_id, bodies)
    SELECT d.id, status_bodies(ARRAY[d.institution_id]) FROM declaration d WHERE d.id = NEW.declaration_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION track_institution_status() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM pg_advisory_xact_lock(status_lock('status of institution', NEW.institution_id));
    END IF;
    INSERT INTO status_change (declaration_id, bodies)
    SELECT d.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.filing_body_path ELSE '{}' END || NEW.filing_body_path
    FROM declaration d WHERE d.institution_id = NEW.institution_id;
    RETURN NULL;
END $$;

-- A declaration that begins or goes to another institution meanwhile is waited for, as above.
CREATE FUNCTION track_exempt_status() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
DECLARE
    person uuid := coalesce(NEW.person_id, OLD.person_id);
BEGIN
    PERFORM pg_advisory_xact_lock(status_lock('status of person', person));
    INSERT INTO status_change (declaration_id, bodies)
    SELECT d.id, status_bodies(ARRAY[d.institution_id])
    FROM (
        SELECT o.id, o.institution_id FROM declaration o
        WHERE o.person_id = person AND o.cycle_year IN (NEW.exam_year, OLD.exam_year) FOR SHARE
    ) d;
    RETURN NULL;
END $$;
CREATE TRIGGER track_exempt_status AFTER INSERT OR DELETE ON known_exempt_person FOR EACH ROW
    EXECUTE FUNCTION track_exempt_status();
CREATE TRIGGER track_changed_exempt_status AFTER UPDATE ON known_exempt_person FOR EACH ROW
    WHEN ((OLD.state, OLD.exam_year) IS DISTINCT FROM (NEW.state, NEW.exam_year))
    EXECUTE FUNCTION track_exempt_status();
