-- Why: the zone edits the rules of a year as a draft, tries them out over what was declared, and publishes them (section 6).
-- Safe online: new tables, and a column with a constant default; old code evaluates rows that were switched off only until it is replaced.

ALTER TABLE eligibility_rule ADD COLUMN enabled boolean NOT NULL DEFAULT true;

CREATE TABLE rule_draft (
    id uuid PRIMARY KEY,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    base_version integer NOT NULL REFERENCES catalogue (version),
    state text NOT NULL,
    version bigint NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT ck__rule_draft__state CHECK (state IN ('open', 'published', 'discarded'))
);
CREATE UNIQUE INDEX uq__rule_draft__cycle_id ON rule_draft (cycle_id) WHERE state = 'open';

CREATE TABLE rule_draft_row (
    draft_id uuid NOT NULL REFERENCES rule_draft (id),
    id text NOT NULL,
    effect text NOT NULL,
    applies jsonb NOT NULL,
    condition jsonb NOT NULL,
    pointer text NOT NULL,
    message_zh text NOT NULL,
    message_en text NOT NULL,
    cure_zh text NOT NULL,
    cure_en text NOT NULL,
    source text NOT NULL,
    enabled boolean NOT NULL,
    CONSTRAINT pk__rule_draft_row__draft_id_id PRIMARY KEY (draft_id, id),
    CONSTRAINT ck__rule_draft_row__effect CHECK (effect IN ('allow', 'block', 'warn', 'require'))
);

CREATE TABLE rule_publication (
    catalogue_version integer PRIMARY KEY REFERENCES catalogue (version),
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    base_version integer NOT NULL REFERENCES catalogue (version),
    draft_id uuid NOT NULL REFERENCES rule_draft (id),
    reason text NOT NULL,
    published_by uuid NOT NULL,
    published_at timestamptz NOT NULL,
    effective_at timestamptz NOT NULL,
    applied_at timestamptz,
    followed_at timestamptz
);
CREATE INDEX ix__rule_publication__cycle_id ON rule_publication (cycle_id, catalogue_version);

-- `after_id`: how far it came; counts and position are one commit, so that it goes on after a kill and counts nobody twice.
CREATE TABLE rule_trial (
    id uuid PRIMARY KEY,
    draft_id uuid NOT NULL REFERENCES rule_draft (id),
    draft_version bigint NOT NULL,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    state text NOT NULL,
    total integer NOT NULL,
    most integer NOT NULL,
    after_id uuid,
    counts jsonb NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT ck__rule_trial__state CHECK (state IN ('running', 'done', 'outdated'))
);
CREATE UNIQUE INDEX uq__rule_trial__draft_id ON rule_trial (draft_id) WHERE state = 'running';
