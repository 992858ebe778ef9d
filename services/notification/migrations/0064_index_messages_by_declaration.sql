-- Why: a candidate chooses the ids of earlier rows; what was told about one belongs to its declaration alone (C6, V24).
-- Safe online: adds an empty column, which old code leaves empty; the index is built concurrently, outside a transaction.
-- no transaction
ALTER TABLE message ADD COLUMN IF NOT EXISTS declaration_id uuid;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__message__declaration_id ON message (declaration_id)
WHERE declaration_id IS NOT NULL;
