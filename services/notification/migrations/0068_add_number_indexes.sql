-- Why: people who run the platform find by a phone number what went there and to whom it belongs; the number itself lies sealed (V48, V64).
-- Safe online: adds empty columns; old code leaves them as they are, and an index counts only while `number_version` is the version of its row.

ALTER TABLE known_person ADD COLUMN number_index bytea, ADD COLUMN number_version bigint;
ALTER TABLE known_staff ADD COLUMN number_index bytea, ADD COLUMN number_version bigint;
ALTER TABLE delivery ADD COLUMN number_index bytea;
COMMENT ON COLUMN known_person.number_version IS 'version of the row whose phone number_index is of; computed beside the flow, so that rows from before have it too';
COMMENT ON COLUMN known_staff.number_version IS 'version of the row whose phone number_index is of';
COMMENT ON COLUMN delivery.number_index IS 'keyed hash of the phone in phone_event, as long as that is kept; empty bytes: it will never open again';
