-- Why: a file that two people hand in is found among the pages of larger documents too (F10).
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__document_page__sha256 ON document_page (sha256);
