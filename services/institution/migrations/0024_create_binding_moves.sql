-- Why: when an institution is merged into another one its bindings follow, some at a time (4.2).
-- Safe online: creates a new table only.

CREATE TABLE binding_move (
    institution_id uuid PRIMARY KEY REFERENCES institution (id),
    successor_id uuid NOT NULL REFERENCES institution (id),
    ordered_at timestamptz NOT NULL,
    moved integer NOT NULL DEFAULT 0,
    done_at timestamptz,
    CONSTRAINT ck__binding_move__successor_id CHECK (successor_id <> institution_id)
);
CREATE INDEX ix__binding_move__open ON binding_move (ordered_at) WHERE done_at IS NULL;
