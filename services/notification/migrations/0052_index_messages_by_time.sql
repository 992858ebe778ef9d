-- Why: figures count the messages of some days, and read all messages of all years for it (G3).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__message__created_at ON message (created_at) INCLUDE (template_key);
