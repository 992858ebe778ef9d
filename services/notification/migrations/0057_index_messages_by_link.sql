-- Why: what was told about a declaration, its evaluations and lists is found by what messages open (C6).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__message__link_id_recipient_id ON message (link_id, recipient_id)
WHERE link_id IS NOT NULL;
