-- Why: an institution is told once per window that its confirmation code is being guessed (A20, F13).
-- Safe online: creates a new table only.

CREATE TABLE code_alarm (
    institution_id uuid PRIMARY KEY REFERENCES institution (id),
    told_at timestamptz NOT NULL
);
