-- Why: the worker finds whose contact is not told without looking through everybody (A5, V58).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__person__contact_untold_at ON person (contact_untold_at) WHERE contact_untold_at IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__wechat_credential__untold ON wechat_credential (linked_at) WHERE told_at IS NULL;
