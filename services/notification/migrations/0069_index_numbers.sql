-- Why: a number is looked up in what is known and in what was sent, and rows that still lack their index are found without reading the others (V64).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__known_person__number_index ON known_person (number_index) WHERE number_index IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__known_staff__number_index ON known_staff (number_index) WHERE number_index IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__number_index ON delivery (number_index) WHERE number_index IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__known_person__unindexed ON known_person (person_id) WHERE phone_event <> '' AND number_version IS DISTINCT FROM version;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__known_staff__unindexed ON known_staff (staff_id) WHERE phone_event <> '' AND number_version IS DISTINCT FROM version;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__unindexed ON delivery (id) WHERE channel = 'sms' AND phone_event <> '' AND number_index IS NULL;
