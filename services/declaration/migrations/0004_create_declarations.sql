-- Why: the declaration, what was handed in each time, its files, its timeline, and the confirmation of earlier places (4.4, 4.5).
-- Safe online: creates new tables only.

CREATE TABLE declaration (
    id uuid PRIMARY KEY,
    number text,
    person_id uuid NOT NULL,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    cycle_year integer NOT NULL,
    institution_id uuid NOT NULL,
    institution_name text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    exam_level text NOT NULL,
    exam_category_code text NOT NULL,
    route text NOT NULL,
    origin text NOT NULL,
    content bytea,
    supervisor_ids uuid[] NOT NULL DEFAULT '{}',
    fresh_graduate boolean NOT NULL DEFAULT false,
    probation_months smallint,
    submission integer NOT NULL DEFAULT 0,
    catalogue_version integer NOT NULL,
    notice_version integer,
    claimed_by uuid,
    claimed_until timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    submitted_at timestamptz,
    decided_at timestamptz,
    decided_by uuid,
    CONSTRAINT uq__declaration__person_id_cycle_id UNIQUE (person_id, cycle_id),
    CONSTRAINT uq__declaration__number UNIQUE (number),
    CONSTRAINT ck__declaration__state CHECK (state IN ('draft', 'submitted', 'under_review', 'withdrawn', 'approved',
        'returned', 'rejected', 'modification_allowed', 'filed', 'lapsed', 'revoked')),
    CONSTRAINT ck__declaration__origin CHECK (origin IN ('candidate_declaration', 'institution_entry')),
    CONSTRAINT ck__declaration__submitted CHECK (state IN ('draft', 'lapsed', 'revoked')
        OR (number IS NOT NULL AND submission > 0 AND submitted_at IS NOT NULL))
) WITH (fillfactor = 80, toast_tuple_target = 256);
-- Ciphertext does not compress; kept out of line, a change of state does not copy it.
ALTER TABLE declaration ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX ix__declaration__queue ON declaration (institution_id, cycle_id, submitted_at, id) WHERE submission > 0;
CREATE INDEX ix__declaration__claimed_until ON declaration (claimed_until) WHERE state = 'under_review';

-- What was handed in, never changed afterwards. Like the timeline it is written only by the statement that updates its
-- declaration, so a foreign key would check what that statement just locked.
CREATE TABLE declaration_snapshot (
    declaration_id uuid NOT NULL,
    submission integer NOT NULL,
    version bigint NOT NULL,
    institution_id uuid NOT NULL,
    content bytea NOT NULL,
    catalogue_version integer NOT NULL,
    notice_version integer NOT NULL,
    submitted_at timestamptz NOT NULL,
    CONSTRAINT pk__declaration_snapshot__declaration_id_submission PRIMARY KEY (declaration_id, submission)
) WITH (toast_tuple_target = 8160);
ALTER TABLE declaration_snapshot ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE declaration_event (
    declaration_id uuid NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    action text NOT NULL,
    actor_id uuid NOT NULL,
    role text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    reason_codes text[] NOT NULL DEFAULT '{}',
    reasons bytea,
    CONSTRAINT pk__declaration_event__declaration_id_version PRIMARY KEY (declaration_id, version)
);

CREATE TABLE declaration_document (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    kind text NOT NULL,
    period_id uuid,
    object_key text NOT NULL,
    sha256 text NOT NULL,
    size integer NOT NULL,
    file_kind text NOT NULL,
    file_name bytea NOT NULL,
    uploaded_at timestamptz NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT uq__declaration_document__object_key UNIQUE (object_key)
);
CREATE INDEX ix__declaration_document__declaration_id ON declaration_document (declaration_id) WHERE deleted_at IS NULL;

CREATE TABLE prior_confirmation (
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    period_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    state text NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    reason_code text,
    CONSTRAINT pk__prior_confirmation__declaration_id_period_id PRIMARY KEY (declaration_id, period_id),
    CONSTRAINT ck__prior_confirmation__state CHECK (state IN ('pending', 'confirmed_by_current', 'confirmed_by_prior',
        'refused', 'evidence_required'))
);

DO $$
DECLARE
    own_role text := current_schema();
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = own_role) THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON declaration_snapshot, declaration_event FROM %I', own_role);
    END IF;
END $$;
