-- Why: people in the military, and those whose document can not be entered, declare elsewhere and say so here (A17).
-- Safe online: creates a new table only.

CREATE TABLE exempt_choice (
    person_id uuid PRIMARY KEY REFERENCES person,
    kind text NOT NULL,
    chosen_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT ck__exempt_choice__kind CHECK (kind IN ('military', 'document_not_enterable'))
);
