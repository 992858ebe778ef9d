-- Why: a fresh graduate and the unit hear of the full year that is missing, once per person and step (P12), units of what is due once a day.
-- Safe online: creates new tables only.

-- The keys are what makes telling happen once, however many workers run.
CREATE TABLE full_year_notice (
    person_id uuid NOT NULL,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    days smallint NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT pk__full_year_notice__person_id_cycle_id_days PRIMARY KEY (person_id, cycle_id, days)
);

CREATE TABLE evaluation_digest (
    id uuid PRIMARY KEY,
    institution_id uuid NOT NULL,
    step text NOT NULL,
    day date NOT NULL,
    waiting integer NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT uq__evaluation_digest__institution_id_step_day UNIQUE (institution_id, step, day),
    CONSTRAINT ck__evaluation_digest__step CHECK (step IN ('due', 'full_year'))
);
