-- Why: whatever must be told before or after an end is told once by a key, whatever it is about and however many workers run (P6, P12, B15).
-- Safe online: creates a table only.

-- `ends_at` stands in the key, so that an end that was moved is a new matter. `step`: whole days before the end, negative after it.
CREATE TABLE reminder (
    kind text NOT NULL,
    subject uuid NOT NULL,
    ends_at timestamptz NOT NULL,
    step smallint NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT pk__reminder__kind_subject_ends_at_step PRIMARY KEY (kind, subject, ends_at, step)
);
