-- Why: a receipt names a text by the provider's serial (V68).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__provider_id ON delivery (provider_id) WHERE provider_id IS NOT NULL;
