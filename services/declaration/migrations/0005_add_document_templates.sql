-- Why: some kinds of files are forms that the candidate downloads, fills in and uploads again (A33, A35).
-- Safe online: a nullable column without default is added without rewriting the table.

ALTER TABLE document_kind ADD COLUMN template text;
