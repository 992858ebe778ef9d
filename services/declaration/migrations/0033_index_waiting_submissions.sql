-- Why: a unit's queue is a page of what waits, oldest first, without reading what was decided before (A37, A43).
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__declaration__waiting_by_unit ON declaration (institution_id, submitted_at, id)
    WHERE state IN ('submitted', 'under_review');
