-- Why: messages are emptied some time after they were told; those that still say something are found by age (V57).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__message__created_at__unpurged ON message (created_at) WHERE purged_at IS NULL;
