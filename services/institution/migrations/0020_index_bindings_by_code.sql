-- Why: who used a confirmation code, and how many, is found without reading all bindings.
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__binding__confirmation_code_id_id ON binding (confirmation_code_id, id);
