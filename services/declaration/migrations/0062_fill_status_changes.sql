-- Why: whoever follows the changes from their beginning hears of the declarations that were there before (4.10).
-- Safe online: reads the declarations and writes to the new table only; a change meanwhile is tracked by itself.

INSERT INTO status_change (declaration_id, bodies)
SELECT d.id, coalesce(i.filing_body_path, '{}')
FROM declaration d LEFT JOIN known_institution i ON i.institution_id = d.institution_id;
