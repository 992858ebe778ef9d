-- Why: after a change of phone nobody withdraws a submission for a day (V9).
-- Safe online: creates a new table only.

CREATE TABLE known_hold (
    person_id uuid PRIMARY KEY,
    held_until timestamptz NOT NULL
);
