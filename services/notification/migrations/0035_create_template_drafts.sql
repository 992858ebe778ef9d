-- Why: the zone writes a next version of a template as a draft, and activates it with a reason; versions themselves never change.
-- Safe online: creates a new table only; the version in force stays the highest one, which old code reads.

CREATE TABLE template_draft (
    id uuid PRIMARY KEY,
    template_key text NOT NULL,
    base_version integer NOT NULL,
    state text NOT NULL CONSTRAINT ck__template_draft__state CHECK (state IN ('open', 'activated', 'discarded')),
    content jsonb NOT NULL,
    version bigint NOT NULL,
    made_version integer,
    reason text,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT ck__template_draft__activated CHECK ((state = 'activated') = (made_version IS NOT NULL)
        AND (state = 'activated') = (reason IS NOT NULL))
);
CREATE UNIQUE INDEX uq__template_draft__template_key__open ON template_draft (template_key) WHERE state = 'open';
CREATE UNIQUE INDEX uq__template_draft__template_key__made_version ON template_draft (template_key, made_version);
