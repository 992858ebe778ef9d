-- Why: the national network follows what changed by a cursor (4.10), whichever statement changed it.
-- Safe online: a new table; the triggers take a short lock and cost a row per change of an answer.

-- Read in the order of (written_in, position) and only below the oldest transaction still under way: a late committer is
-- never skipped. `bodies`: the exam bodies above the institution, before and after the change.
CREATE TABLE status_change (
    written_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    position bigint GENERATED ALWAYS AS IDENTITY,
    declaration_id uuid NOT NULL,
    bodies uuid[] NOT NULL,
    CONSTRAINT pk__status_change__written_in_position PRIMARY KEY (written_in, position)
);

-- Whoever writes, from whatever schema: the functions look where they were made.
CREATE FUNCTION track_declaration_status() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO status_change (declaration_id, bodies)
    SELECT NEW.id, coalesce((
        SELECT array_agg(DISTINCT body) FROM known_institution i, unnest(i.filing_body_path) AS body
        WHERE i.institution_id IN (NEW.institution_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.institution_id END)), '{}');
    RETURN NULL;
END $$;
CREATE FUNCTION track_evaluation_status() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO status_change (declaration_id, bodies)
    SELECT d.id, coalesce(i.filing_body_path, '{}')
    FROM declaration d LEFT JOIN known_institution i ON i.institution_id = d.institution_id
    WHERE d.id = NEW.declaration_id;
    RETURN NULL;
END $$;
CREATE FUNCTION track_institution_status() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO status_change (declaration_id, bodies)
    SELECT d.id, CASE WHEN TG_OP = 'UPDATE' THEN NEW.filing_body_path || OLD.filing_body_path ELSE NEW.filing_body_path END
    FROM declaration d WHERE d.institution_id = NEW.institution_id;
    RETURN NULL;
END $$;

CREATE TRIGGER track_new_status AFTER INSERT ON declaration FOR EACH ROW EXECUTE FUNCTION track_declaration_status();
CREATE TRIGGER track_status AFTER UPDATE ON declaration FOR EACH ROW
    WHEN ((OLD.state, OLD.submission, OLD.exam_level, OLD.exam_category_code, OLD.institution_id, OLD.institution_name,
           OLD.probation_months) IS DISTINCT FROM (NEW.state, NEW.submission, NEW.exam_level, NEW.exam_category_code,
           NEW.institution_id, NEW.institution_name, NEW.probation_months))
    EXECUTE FUNCTION track_declaration_status();
CREATE TRIGGER track_new_status AFTER INSERT ON evaluation FOR EACH ROW EXECUTE FUNCTION track_evaluation_status();
CREATE TRIGGER track_status AFTER UPDATE ON evaluation FOR EACH ROW
    WHEN ((OLD.state, OLD.submission, OLD.months_counted, OLD.certificate_no)
        IS DISTINCT FROM (NEW.state, NEW.submission, NEW.months_counted, NEW.certificate_no))
    EXECUTE FUNCTION track_evaluation_status();
CREATE TRIGGER track_new_status AFTER INSERT ON known_institution FOR EACH ROW
    EXECUTE FUNCTION track_institution_status();
CREATE TRIGGER track_status AFTER UPDATE ON known_institution FOR EACH ROW
    WHEN ((OLD.filing_body_path, OLD.registration_no, OLD.credit_code)
        IS DISTINCT FROM (NEW.filing_body_path, NEW.registration_no, NEW.credit_code))
    EXECUTE FUNCTION track_institution_status();

DO $$
DECLARE
    own_role text := current_schema();
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = own_role) THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON status_change FROM %I', own_role);
    END IF;
END $$;
