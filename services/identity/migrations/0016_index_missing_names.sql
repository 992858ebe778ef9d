-- Why: the job that gives people and staff from before migrations 0006 and 0008 their name indexes finds them without reading the tables.
-- Safe online: creates small partial indexes, which hold a write up for the second in which they are built and are empty once the job is done; old code is not touched by them.

CREATE INDEX ix__identity_document__without_name_index ON identity_document (document_id) WHERE name_index IS NULL;
CREATE INDEX ix__identity_document__without_name_and_birth_index ON identity_document (document_id)
    WHERE name_and_birth_index IS NULL;
CREATE INDEX ix__staff_account__without_name_index ON staff_account (staff_id) WHERE name_index IS NULL;
