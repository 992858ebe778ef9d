-- Why: what changes about an institution is told of its declarations, every new institution's too (4.10).
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__declaration__institution_id ON declaration (institution_id);
