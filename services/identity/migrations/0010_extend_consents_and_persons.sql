-- Why: a guardian consents for a child under fourteen (V60); a closed account keeps no phone (V58); people fetch their own data (V59).
-- Safe online: adds an empty column and an empty table; the column takes a short lock and changes no row.

ALTER TABLE consent ADD COLUMN guardian_sealed bytea;

ALTER TABLE person
    ADD COLUMN closed_at timestamptz;

-- What a person asked for of the own data; the file is sealed in the bucket and goes after some days.
CREATE TABLE own_data_export (
    export_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    state text NOT NULL,
    asked_at timestamptz NOT NULL,
    ready_at timestamptz,
    object_key text,
    size integer,
    removed_at timestamptz,
    CONSTRAINT ck__own_data_export__state CHECK (state IN ('queued', 'ready', 'removed')),
    CONSTRAINT ck__own_data_export__object CHECK (state = 'queued' OR object_key IS NOT NULL)
);
-- One export of a person is made at a time.
CREATE UNIQUE INDEX uq__own_data_export__person_id ON own_data_export (person_id) WHERE state = 'queued';
CREATE INDEX ix__own_data_export__person_id ON own_data_export (person_id, asked_at DESC);
CREATE INDEX ix__own_data_export__ready ON own_data_export (ready_at) WHERE state = 'ready';
