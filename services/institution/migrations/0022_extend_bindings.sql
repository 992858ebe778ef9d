-- Why: requests without a code, bindings that continue one another, the recorded start of a probation, and declarations that came too late for the guard (4.3, B17, P4).
-- Safe online: new columns are nullable and old code writes none of them; the indexes hold writes up for the second in which they are built.

ALTER TABLE binding
    ALTER COLUMN bound_at DROP NOT NULL,
    ADD COLUMN requested_at timestamptz,
    ADD COLUMN since timestamptz,
    ADD COLUMN continues uuid REFERENCES binding (id),
    ADD COLUMN end_event text,
    ADD COLUMN probation_started_on date,
    ADD COLUMN probation_recorded_at timestamptz,
    ADD COLUMN probation_recorded_by text,
    ADD CONSTRAINT ck__binding__bound CHECK (state NOT IN ('active', 'frozen') OR bound_at IS NOT NULL),
    ADD CONSTRAINT ck__binding__pending CHECK (state <> 'pending' OR (requested_at IS NOT NULL AND bound_at IS NULL)),
    ADD CONSTRAINT ck__binding__probation CHECK (
        (probation_started_on IS NULL) = (probation_recorded_at IS NULL)
        AND (probation_started_on IS NULL) = (probation_recorded_by IS NULL)
        AND probation_recorded_by IN ('candidate', 'institution'));
COMMENT ON COLUMN binding.since IS 'since when without a gap, where it continues another binding; else it is bound_at';
-- One request of a person at a time.
CREATE UNIQUE INDEX uq__binding__pending_person_id ON binding (person_id) WHERE state = 'pending';
CREATE INDEX ix__binding__requested_at ON binding (requested_at) WHERE state = 'pending';
CREATE INDEX ix__binding__institution_id_id_any ON binding (institution_id, id);
-- Bindings follow the state of their institution: who changed lately is looked at every few seconds.
CREATE INDEX ix__institution__state_changed_at ON institution (state_changed_at);

-- A declaration that holds a binding which is not there: infinity when nothing could be done about it.
ALTER TABLE known_declaration ADD COLUMN disputed_at timestamptz;
CREATE INDEX ix__known_declaration__disputed_at ON known_declaration (disputed_at) WHERE disputed_at IS NOT NULL;
