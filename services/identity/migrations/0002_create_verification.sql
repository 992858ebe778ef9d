-- Why: a person proves who they are by photos of the ID card, read by machines of a queue, or by a reviewer (4.1).
-- Safe online: creates new tables only.

CREATE TABLE consent (
    person_id uuid NOT NULL REFERENCES person,
    kind text NOT NULL,
    text_version text NOT NULL,
    accepted_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT pk__consent__person_id_kind_text_version PRIMARY KEY (person_id, kind, text_version)
);

CREATE TABLE identity_verification (
    person_id uuid PRIMARY KEY REFERENCES person,
    state text NOT NULL DEFAULT 'unverified',
    version bigint NOT NULL DEFAULT 0,
    since timestamptz NOT NULL,
    failures_in_all integer NOT NULL DEFAULT 0,
    failures_on_day integer NOT NULL DEFAULT 0,
    failure_day date,
    reason_code text,
    method text,
    verified_at timestamptz,
    -- The claim of a manual request, sealed; empty once it is decided.
    claim_type text,
    claim_sealed bytea,
    claim_index bytea,
    CONSTRAINT ck__identity_verification__state CHECK (state IN
        ('unverified', 'auto_checking', 'auto_failed', 'pending_manual', 'verified', 'rejected', 'revoked')),
    CONSTRAINT ck__identity_verification__method CHECK (method IN ('auto', 'manual')),
    CONSTRAINT ck__identity_verification__verified CHECK (state <> 'verified' OR verified_at IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX ix__identity_verification__pending ON identity_verification (since, person_id)
    WHERE state = 'pending_manual';

CREATE TABLE identity_document (
    document_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    document_type text NOT NULL,
    document_index bytea NOT NULL,
    identity_sealed bytea NOT NULL,
    name_masked text NOT NULL,
    document_no_masked text NOT NULL,
    valid_to date,
    state text NOT NULL,
    verified_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT ck__identity_document__state CHECK (state IN ('verified', 'superseded', 'revoked'))
);
-- One verified document belongs to one person, and one person has one current document (V32).
CREATE UNIQUE INDEX uq__identity_document__document_index ON identity_document (document_index)
    WHERE state = 'verified';
CREATE UNIQUE INDEX uq__identity_document__person_id ON identity_document (person_id) WHERE state = 'verified';
CREATE INDEX ix__identity_document__history ON identity_document (person_id, verified_at DESC);

CREATE TABLE verification_image (
    image_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    side text NOT NULL,
    object_key text NOT NULL,
    sha256 text NOT NULL,
    content_type text NOT NULL,
    size integer NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    uploaded_at timestamptz NOT NULL,
    replaced_at timestamptz,
    CONSTRAINT uq__verification_image__object_key UNIQUE (object_key)
);
CREATE UNIQUE INDEX uq__verification_image__person_id_side ON verification_image (person_id, side)
    WHERE replaced_at IS NULL;
CREATE INDEX ix__verification_image__replaced_at ON verification_image (replaced_at) WHERE replaced_at IS NOT NULL;

CREATE TABLE recognition_job (
    job_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    claim_sealed bytea,
    document_index bytea NOT NULL,
    front_key text NOT NULL,
    back_key text NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    queued_at timestamptz NOT NULL,
    available_at timestamptz NOT NULL,
    lease_id uuid,
    result text,
    finished_at timestamptz,
    CONSTRAINT ck__recognition_job__state CHECK (state IN ('queued', 'running', 'finished')),
    -- What was claimed is needed until the verdict and not a moment longer.
    CONSTRAINT ck__recognition_job__claim CHECK ((state = 'finished') = (claim_sealed IS NULL))
) WITH (fillfactor = 70);
-- A running job whose lease has run out is available again: `available_at` is the end of its lease.
CREATE INDEX ix__recognition_job__available ON recognition_job (available_at) WHERE state <> 'finished';
CREATE UNIQUE INDEX uq__recognition_job__person_id ON recognition_job (person_id) WHERE state <> 'finished';
