-- Why: what this service learned from its neighbours' events, so that it can answer while they are down.
-- Safe online: creates new tables only. No foreign keys between them: events of different services arrive in any order.

CREATE TABLE known_person (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    identity bytea NOT NULL,
    name_index bytea NOT NULL,
    name_masked text NOT NULL,
    document_type text NOT NULL,
    document_no_masked text NOT NULL,
    verified_at timestamptz NOT NULL
);
ALTER TABLE known_person ALTER COLUMN identity SET STORAGE EXTERNAL;
CREATE INDEX ix__known_person__name_index ON known_person (name_index);

-- Every document a person was ever verified with: a renewed passport must still find its holder (4.10).
CREATE TABLE known_person_document (
    document_index bytea NOT NULL,
    person_id uuid NOT NULL,
    document_type text NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk__known_person_document__document_index_person_id PRIMARY KEY (document_index, person_id)
);

CREATE TABLE known_binding (
    binding_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    person_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    institution_name text NOT NULL,
    state text NOT NULL,
    bound_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX ix__known_binding__person_id ON known_binding (person_id, bound_at DESC);

CREATE TABLE known_institution (
    institution_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    state text NOT NULL,
    name text NOT NULL,
    credit_code text,
    registration_no text,
    institution_type text NOT NULL,
    grade text,
    division_code text NOT NULL,
    address text,
    filing_body_id uuid NOT NULL,
    filing_body_path uuid[] NOT NULL,
    licence_valid_from date,
    licence_valid_to date,
    profile_complete boolean NOT NULL
);
CREATE INDEX ix__known_institution__filing_body_path ON known_institution USING gin (filing_body_path);

CREATE TABLE known_supervisor (
    supervisor_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    institution_id uuid NOT NULL,
    name bytea NOT NULL,
    practising_certificate_no bytea NOT NULL,
    certificate_index bytea NOT NULL,
    certificate_level smallint NOT NULL,
    category_code text NOT NULL,
    multi_site boolean NOT NULL,
    active boolean NOT NULL
);
CREATE INDEX ix__known_supervisor__institution_id ON known_supervisor (institution_id);

CREATE TABLE known_exam_body (
    exam_body_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    level text NOT NULL,
    parent_id uuid,
    path uuid[] NOT NULL,
    state text NOT NULL
);
