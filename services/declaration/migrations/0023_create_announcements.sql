-- Why: moved dates are told to everybody concerned, in batches that go on after a crash, with progress to be read (P16).
-- Safe online: a new table only.

CREATE TABLE announcement (
    id uuid PRIMARY KEY,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    exam_body_id uuid,
    version bigint NOT NULL,
    dates_before jsonb NOT NULL,
    dates_after jsonb NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    stage text NOT NULL,
    told_up_to uuid,
    total integer,
    done integer NOT NULL DEFAULT 0,
    told integer NOT NULL DEFAULT 0,
    finished_at timestamptz,
    CONSTRAINT ck__announcement__stage CHECK (stage IN ('candidates', 'units', 'bodies', 'finished'))
);
CREATE INDEX ix__announcement__cycle_id ON announcement (cycle_id, id);
CREATE INDEX ix__announcement__running ON announcement (id) WHERE stage <> 'finished';
