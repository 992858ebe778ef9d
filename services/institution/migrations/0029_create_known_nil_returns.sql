-- Why: a unit without candidates files a nil return; once it is accepted, supervision counts the unit as filed (4.7, B8).
-- Safe online: creates a new table only.

CREATE TABLE known_nil_return (
    institution_id uuid NOT NULL,
    cycle_year integer NOT NULL,
    list_id uuid NOT NULL,
    accepted_at timestamptz NOT NULL,
    CONSTRAINT pk__known_nil_return__institution_id_cycle_year PRIMARY KEY (institution_id, cycle_year)
);
