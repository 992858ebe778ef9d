-- Why: what institutions lack leaves as a sheet that a worker makes; who took what with which filter stays on record (B8, V69).
-- Safe online: creates a new table only.

CREATE TABLE export_job (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    filter jsonb NOT NULL,
    language text NOT NULL,
    reason_code text NOT NULL,
    -- Whose jurisdiction limits the rows, and the path of the body that is looked at.
    scope_id uuid NOT NULL,
    scope_path uuid[] NOT NULL,
    created_by uuid NOT NULL,
    role text NOT NULL,
    rows_all integer NOT NULL,
    rows_done integer NOT NULL,
    attempts integer NOT NULL,
    leased_until timestamptz,
    failure text,
    object_key text,
    sha256 text,
    size bigint,
    downloads integer NOT NULL,
    downloaded_at timestamptz,
    created_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    finished_at timestamptz,
    expires_at timestamptz,
    CONSTRAINT ck__export_job__kind CHECK (kind IN ('institutions')),
    CONSTRAINT ck__export_job__state CHECK (state IN ('writing', 'done', 'cancelled', 'failed', 'expired')),
    CONSTRAINT ck__export_job__done CHECK (state <> 'done' OR (object_key IS NOT NULL AND expires_at IS NOT NULL))
);
CREATE INDEX ix__export_job__moved_at ON export_job (moved_at) WHERE state = 'writing';
CREATE INDEX ix__export_job__expires_at ON export_job (expires_at) WHERE state = 'done';
CREATE INDEX ix__export_job__created_by_id ON export_job (created_by, id);
CREATE INDEX ix__export_job__scope_path ON export_job USING gin (scope_path);
