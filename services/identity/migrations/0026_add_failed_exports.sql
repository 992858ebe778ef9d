-- Why: a copy of one's own data that can not be made ends as failed after some tries, and its owner may ask again (V59).
-- Safe online: columns that are empty or constant by default, and a looser check. A failed copy rests as `removed` with the time
-- it failed: an api of before shows it as removed, of which it knows that one asks again; a state it does not know would be an error.

ALTER TABLE own_data_export
    ADD COLUMN tries integer NOT NULL DEFAULT 0,
    ADD COLUMN try_again_at timestamptz,
    ADD COLUMN failed_at timestamptz;
COMMENT ON COLUMN own_data_export.tries IS 'how often making it was tried in vain';
COMMENT ON COLUMN own_data_export.try_again_at IS 'not before this moment; NULL: at once';
COMMENT ON COLUMN own_data_export.failed_at IS 'when it was given up; the state is removed then, and there never was a file';
ALTER TABLE own_data_export DROP CONSTRAINT ck__own_data_export__object;
ALTER TABLE own_data_export ADD CONSTRAINT ck__own_data_export__object
    CHECK (state = 'queued' OR object_key IS NOT NULL OR failed_at IS NOT NULL) NOT VALID;
ALTER TABLE own_data_export ADD CONSTRAINT ck__own_data_export__failed CHECK (failed_at IS NULL OR state = 'removed') NOT VALID;
