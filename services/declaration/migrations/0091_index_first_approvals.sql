-- Why: a unit's queue counts what waits for a second look with each page, and mostly nothing does.
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__declaration__first_approved ON declaration (institution_id)
    WHERE first_approved_by IS NOT NULL;
