-- Why: since when somebody belongs to a unit, and what was recorded when the probation began, speak when a year is declared (B17, F8).
-- Safe online: new columns are nullable; old code does not write them, and the next event of a binding fills them.

ALTER TABLE known_binding
    ADD COLUMN since timestamptz,
    ADD COLUMN probation_started_on date,
    ADD COLUMN probation_recorded_at timestamptz;
