-- Why: of a file that thousands hand in, an empty form, the first declarations are found without reading all of them (F10).
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__declaration_document__sha256_declaration_id
    ON declaration_document (sha256, declaration_id) WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__document_page__sha256_document_id ON document_page (sha256, document_id);
