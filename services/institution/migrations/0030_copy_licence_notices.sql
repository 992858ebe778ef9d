-- Why: ends of licences are told by the table of all reminders; what was told is not told again (B15).
-- Safe online: copies a few thousand rows; copies of the release before go on writing theirs, refused where newer ones told already.

-- Before the copy: it holds writers up until both are done, so that no row is told in between.
CREATE FUNCTION follow_licence_notice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ends timestamptz := (NEW.valid_to + 1)::timestamp AT TIME ZONE 'Asia/Shanghai';
    urgency smallint := CASE NEW.stage WHEN 'ending' THEN 1 ELSE -1 END;
BEGIN
    IF EXISTS (SELECT FROM reminder r WHERE r.kind = 'licence' AND r.subject = NEW.institution_id AND r.ends_at = ends
               AND (r.step < 0) = (urgency < 0)) THEN
        RAISE EXCEPTION 'told by a newer copy' USING ERRCODE = 'unique_violation';
    END IF;
    INSERT INTO reminder (kind, subject, ends_at, step, told_at)
    VALUES ('licence', NEW.institution_id, ends, urgency, NEW.told_at);
    RETURN NULL;
END $$;
CREATE TRIGGER follow_licence_notice AFTER INSERT ON licence_notice FOR EACH ROW EXECUTE FUNCTION follow_licence_notice();

-- `ending` was told at a step that was a setting: 1 is more urgent than any, so nothing more is told before that end.
INSERT INTO reminder (kind, subject, ends_at, step, told_at)
SELECT 'licence', institution_id, (valid_to + 1)::timestamp AT TIME ZONE 'Asia/Shanghai',
       CASE stage WHEN 'ending' THEN 1 ELSE -1 END, told_at
FROM licence_notice
ON CONFLICT DO NOTHING;
