-- Why: a nonce of a client is answered once (4.10).
-- Safe online: built beside running writes.
-- no transaction

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS uq__status_call__client_id_nonce ON status_call (client_id, nonce);
