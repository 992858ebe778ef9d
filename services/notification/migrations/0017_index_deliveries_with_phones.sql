-- Why: the phone a text went to is forgotten some days after it is done; those that still have one are found by age (V57).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__created_at__phone ON delivery (created_at) WHERE phone_event <> '';
