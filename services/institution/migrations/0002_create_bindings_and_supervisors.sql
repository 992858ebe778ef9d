-- Why: confirmation codes with their wrong tries, bindings of people to institutions, and the roster of supervisors.
-- Safe online: creates new tables only.

CREATE TABLE confirmation_code (
    id uuid PRIMARY KEY,
    institution_id uuid NOT NULL REFERENCES institution (id),
    code_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    expires_at timestamptz,
    rotated_at timestamptz
);
CREATE UNIQUE INDEX uq__confirmation_code__institution_id ON confirmation_code (institution_id) WHERE rotated_at IS NULL;

-- Written in a transaction of its own, so that a try counts although its answer is an error. The institution may be
-- one that does not exist: no foreign key.
CREATE TABLE code_attempt (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    attempted_at timestamptz NOT NULL,
    outcome text NOT NULL,
    CONSTRAINT ck__code_attempt__outcome CHECK (outcome IN ('right', 'wrong'))
);
CREATE INDEX ix__code_attempt__person_id_attempted_at ON code_attempt (person_id, attempted_at) WHERE outcome = 'wrong';
CREATE INDEX ix__code_attempt__institution_id_attempted_at ON code_attempt (institution_id, attempted_at) WHERE outcome = 'wrong';

CREATE TABLE binding (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    person_id uuid NOT NULL,
    institution_id uuid NOT NULL REFERENCES institution (id),
    state text NOT NULL,
    confirmation_code_id uuid REFERENCES confirmation_code (id),
    bound_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by text,
    end_reason text,
    CONSTRAINT ck__binding__state CHECK (state IN ('pending', 'active', 'frozen', 'ended')),
    CONSTRAINT ck__binding__ended CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CONSTRAINT ck__binding__ended_by CHECK (ended_by IN ('candidate', 'institution', 'change', 'system'))
);
-- A frozen binding still is the person's one binding: it thaws when the institution resumes.
CREATE UNIQUE INDEX uq__binding__person_id ON binding (person_id) WHERE state IN ('active', 'frozen');
CREATE INDEX ix__binding__person_id_id ON binding (person_id, id);
CREATE INDEX ix__binding__institution_id_id ON binding (institution_id, id) WHERE state IN ('active', 'frozen');

CREATE TABLE supervisor (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    institution_id uuid NOT NULL REFERENCES institution (id),
    name_sealed bytea NOT NULL,
    name_masked text NOT NULL,
    practising_no_sealed bytea NOT NULL,
    practising_no_index bytea NOT NULL,
    practising_no_masked text NOT NULL,
    category_code text NOT NULL,
    multi_site boolean NOT NULL,
    active boolean NOT NULL,
    listed_by uuid NOT NULL,
    listed_at timestamptz NOT NULL,
    deactivated_at timestamptz
);
CREATE UNIQUE INDEX uq__supervisor__institution_id_practising_no_index ON supervisor (institution_id, practising_no_index)
    WHERE active;
CREATE INDEX ix__supervisor__practising_no_index ON supervisor (practising_no_index) WHERE active;
CREATE INDEX ix__supervisor__institution_id_id ON supervisor (institution_id, id);
