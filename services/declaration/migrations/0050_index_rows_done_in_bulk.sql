-- Why: whether a decision was one of a bulk is looked up by its declaration when the pace of reviewers is judged (F14).
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__bulk_decision_row__done ON bulk_decision_row (declaration_id, expected_version)
    WHERE result = 'done';
