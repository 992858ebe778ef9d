-- Why: the version that the network is told counts the voided evaluations of a declaration too (4.10).
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__evaluation__declaration_id ON evaluation (declaration_id);
