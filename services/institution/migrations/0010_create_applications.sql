-- Why: heads of units register them and follow the review (4.2, A20, P4); licence images; every step with its reason.
-- Safe online: creates new tables only.

-- What an application has beside the institution it is about; the applicant and the reviewers see it, nobody else.
CREATE TABLE institution_application (
    institution_id uuid PRIMARY KEY REFERENCES institution (id),
    applicant_id uuid NOT NULL,
    owner_name_sealed bytea NOT NULL,
    owner_name_masked text NOT NULL,
    owner_phone_sealed bytea NOT NULL,
    submitted_at timestamptz,
    claimed_by uuid,
    claimed_until timestamptz,
    CONSTRAINT ck__institution_application__claimed CHECK ((claimed_by IS NULL) = (claimed_until IS NULL))
);
CREATE INDEX ix__institution_application__applicant_id ON institution_application (applicant_id, institution_id);

-- One row per step of 4.2: the way an institution came, for whoever may see it. `note` is written to the institution.
CREATE TABLE institution_step (
    institution_id uuid NOT NULL REFERENCES institution (id),
    version bigint NOT NULL,
    step text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    role text NOT NULL,
    reason_code text,
    note text,
    taken_at timestamptz NOT NULL,
    CONSTRAINT pk__institution_step__institution_id_version PRIMARY KEY (institution_id, version)
);

CREATE TABLE licence_image (
    id uuid PRIMARY KEY,
    institution_id uuid NOT NULL REFERENCES institution (id),
    object_key text NOT NULL,
    sha256 text NOT NULL,
    size integer NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    uploaded_by uuid NOT NULL,
    uploaded_at timestamptz NOT NULL,
    replaced_at timestamptz
);
CREATE UNIQUE INDEX uq__licence_image__institution_id ON licence_image (institution_id) WHERE replaced_at IS NULL;
CREATE INDEX ix__licence_image__replaced_at ON licence_image (replaced_at) WHERE replaced_at IS NOT NULL;
