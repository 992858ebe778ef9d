-- Why: a probation is registered when it begins, before there is a declaration, and then follows the clock (4.6, B17).
-- Safe online: only loosens columns, adds nullable ones and indexes on a table of one row per declaration.

ALTER TABLE evaluation
    ALTER COLUMN declaration_id DROP NOT NULL,
    ALTER COLUMN cycle_id DROP NOT NULL,
    ALTER COLUMN decided_by DROP NOT NULL,
    ALTER COLUMN decided_at DROP NOT NULL,
    ADD COLUMN started_on date,
    ADD COLUMN full_on date,
    ADD COLUMN supervisor_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN registered_by uuid,
    ADD COLUMN registered_at timestamptz,
    ADD COLUMN void_reason text,
    ADD CONSTRAINT ck__evaluation__begun CHECK (declaration_id IS NOT NULL AND cycle_id IS NOT NULL
        OR registered_at IS NOT NULL AND started_on IS NOT NULL AND state IN ('in_progress', 'due')),
    ADD CONSTRAINT ck__evaluation__decided CHECK (decided_at IS NOT NULL OR state IN ('in_progress', 'due', 'voided'));

-- One probation under way per person and unit until a declaration takes it over.
CREATE UNIQUE INDEX uq__evaluation__registered ON evaluation (person_id, institution_id) WHERE declaration_id IS NULL;
CREATE INDEX ix__evaluation__institution_id_id ON evaluation (institution_id, id);
-- What the clock moves, found without looking at what is decided.
CREATE INDEX ix__evaluation__by_clock ON evaluation (institution_id) WHERE state IN ('in_progress', 'provisional_certified');
-- Registered with which unit and when, whatever became of it since (F8).
CREATE INDEX ix__evaluation__person_id ON evaluation (person_id, institution_id) WHERE registered_at IS NOT NULL;
