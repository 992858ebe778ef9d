-- Why: an earlier unit's queue of rows that it is asked about read the rows of all declarations (4.5, Q5); in the order in which it is shown.
-- Safe online: built beside running writes; most rows were never asked about and are not in it.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__prior_confirmation__asked_institution_id_asked_at
    ON prior_confirmation (asked_institution_id, asked_at, period_id) WHERE asked_institution_id IS NOT NULL;
