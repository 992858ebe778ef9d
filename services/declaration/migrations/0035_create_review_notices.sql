-- Why: who is told that a review waits, once per submission and step, with days the zone may set per exam year (P6).
-- Safe online: creates new tables only.

-- What the zone sets for an exam year; days left open follow the settings of the service.
CREATE TABLE review_policy (
    cycle_id uuid PRIMARY KEY REFERENCES cycle (id),
    remind_after_days smallint,
    escalate_after_days smallint,
    warn_before_days smallint,
    prior_units_confirm boolean NOT NULL,
    set_at timestamptz NOT NULL,
    CONSTRAINT ck__review_policy__days CHECK (remind_after_days > 0 AND escalate_after_days > 0 AND warn_before_days > 0)
);

-- The keys are what makes telling happen once, however many workers run.
CREATE TABLE review_notice (
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    submission integer NOT NULL,
    step text NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT pk__review_notice__declaration_id_submission_step PRIMARY KEY (declaration_id, submission, step),
    CONSTRAINT ck__review_notice__step CHECK (step IN ('reminded', 'escalated', 'deadline'))
);

-- One message per unit and day; for `deadline` the day is the deadline's, so that a moved one is told anew.
CREATE TABLE review_digest (
    id uuid PRIMARY KEY,
    institution_id uuid NOT NULL,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    step text NOT NULL,
    day date NOT NULL,
    waiting integer NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT uq__review_digest__institution_id_cycle_id_step_day UNIQUE (institution_id, cycle_id, step, day)
);
