-- Why: reminders of missing full years are told by the table of all reminders; what was told is not told again (P12).
-- Safe online: copies the rows of an exam year or two; copies of the release before go on writing theirs, refused where newer ones told already.

-- Before the copy: it holds writers up until both are done, so that no row is told in between.
CREATE FUNCTION follow_full_year_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The key refuses what a newer copy told.
    INSERT INTO reminder (kind, subject, ends_at, step, told_at)
    SELECT 'full_year', NEW.person_id, c.completion_deadline, NEW.days, NEW.told_at
    FROM cycle c WHERE c.id = NEW.cycle_id;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_full_year_notice AFTER INSERT ON full_year_notice FOR EACH ROW
    EXECUTE FUNCTION follow_full_year_notice();

INSERT INTO reminder (kind, subject, ends_at, step, told_at)
SELECT 'full_year', n.person_id, c.completion_deadline, n.days, n.told_at
FROM full_year_notice n JOIN cycle c ON c.id = n.cycle_id
ON CONFLICT DO NOTHING;
