-- Why: the indexes of migration 0100 begin with the hash and serve every look-up by it.
-- Safe online: after every process of the release before it has ended, hence `post`; no statement needs them.

DROP INDEX ix__declaration_document__sha256;
DROP INDEX ix__document_page__sha256;
