-- Why: rendering a list takes seconds and memory, so it is queued for the print role and survives any crash.
-- Safe online: creates a new table only.

CREATE TABLE print_job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    leased_until timestamptz,
    next_try_at timestamptz NOT NULL DEFAULT now(),
    last_error text,
    queued_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    CONSTRAINT uq__print_job__kind_subject_id UNIQUE (kind, subject_id),
    CONSTRAINT ck__print_job__kind CHECK (kind IN ('qualified_list', 'certificate')),
    CONSTRAINT ck__print_job__state CHECK (state IN ('queued', 'leased', 'done', 'failed', 'cancelled'))
) WITH (fillfactor = 70);
CREATE INDEX ix__print_job__waiting ON print_job (next_try_at, id) WHERE state IN ('queued', 'leased');
