-- Why: closing an account destroys the person's key in the store of subject keys, after the commit and surely (V58).
-- Safe online: a new table; who was closed before is queued too, so that backups of that time are told.
CREATE TABLE key_destruction (
    person_id uuid CONSTRAINT pk__key_destruction PRIMARY KEY,
    asked_at timestamptz NOT NULL
);
CREATE INDEX ix__key_destruction__asked_at ON key_destruction (asked_at);
INSERT INTO key_destruction (person_id, asked_at)
SELECT person_id, coalesce(closed_at, now()) FROM person WHERE state = 'closed';
