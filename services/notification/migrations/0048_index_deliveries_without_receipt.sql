-- Why: texts without a receipt are asked after at the provider by their age (V68).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__without_receipt ON delivery (settled_at) WHERE state = 'sent';
