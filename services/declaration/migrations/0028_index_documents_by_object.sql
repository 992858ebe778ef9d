-- Why: the sweep of the bucket asks which document names an object.
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__declaration_document__object_key ON declaration_document (object_key);
