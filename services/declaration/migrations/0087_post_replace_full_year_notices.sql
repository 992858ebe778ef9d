-- Why: what was told of full years stands in the table of all reminders, which looks for unfinished drafts too (docs/adr/0053).
-- Safe online: after every process of the release before it has ended, hence `post`; the index is built beside running writes.
-- no transaction

DROP TABLE IF EXISTS full_year_notice;
DROP FUNCTION IF EXISTS follow_full_year_notice();
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__declaration__editable ON declaration (cycle_id, id)
    WHERE state IN ('draft', 'withdrawn', 'returned', 'modification_allowed');
