-- Why: exports are made beside the request, survive a kill, and who exported what with which filter stays on record (B8, V69).
-- Safe online: creates new tables only.

CREATE TABLE export_job (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    filter jsonb NOT NULL,
    language text NOT NULL,
    reason_code text NOT NULL,
    declaration_id uuid REFERENCES declaration (id),
    -- Whose jurisdiction limits the rows; NULL where a person asks for what is his own.
    scope_id uuid,
    scope_path uuid[] NOT NULL,
    created_by uuid NOT NULL,
    role text NOT NULL,
    rows_all integer NOT NULL,
    rows_done integer NOT NULL,
    last_id uuid,
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
    CONSTRAINT ck__export_job__kind CHECK (kind IN ('records', 'filings', 'packet')),
    CONSTRAINT ck__export_job__state CHECK (state IN ('gathering', 'writing', 'done', 'cancelled', 'failed', 'expired')),
    CONSTRAINT ck__export_job__done CHECK (state <> 'done' OR (object_key IS NOT NULL AND expires_at IS NOT NULL)),
    CONSTRAINT ck__export_job__packet CHECK ((kind = 'packet') = (declaration_id IS NOT NULL)),
    CONSTRAINT ck__export_job__scope CHECK (scope_id IS NOT NULL OR role = 'candidate')
);
CREATE INDEX ix__export_job__moved_at ON export_job (moved_at) WHERE state IN ('gathering', 'writing');
CREATE INDEX ix__export_job__expires_at ON export_job (expires_at) WHERE state = 'done';
CREATE INDEX ix__export_job__created_by_id ON export_job (created_by, id);
CREATE INDEX ix__export_job__scope_path ON export_job USING gin (scope_path);

-- What was gathered so far: a worker that comes after a kill goes on behind the last part.
CREATE TABLE export_part (
    job_id uuid NOT NULL REFERENCES export_job (id),
    number integer NOT NULL,
    rows bytea NOT NULL,
    CONSTRAINT pk__export_part__job_id_number PRIMARY KEY (job_id, number)
);
ALTER TABLE export_part ALTER COLUMN rows SET STORAGE EXTERNAL;
