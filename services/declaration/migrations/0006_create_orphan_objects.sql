-- Why: a crash between storing a file and writing its row leaves an object that nothing points to; it is deleted after a day (M11).
-- Safe online: creates a new table only.

CREATE TABLE orphan_object (
    object_key text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);
