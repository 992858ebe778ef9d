-- Why: when the rules of a year change, its drafts go over to the new version in batches.
-- Safe online: the index is built concurrently and covers drafts only.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__declaration__drafts ON declaration (cycle_id, id) WHERE submission = 0;
