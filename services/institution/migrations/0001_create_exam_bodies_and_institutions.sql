-- Why: exam bodies as a tree, divisions, and the library of institutions with everything section "institution" promises.
-- Safe online: creates new tables and one function only.

-- State of GB/T 2260 as loaded by `load-divisions`; former codes stay, because certificates still carry them.
CREATE TABLE division (
    code text PRIMARY KEY,
    name text NOT NULL,
    level text NOT NULL,
    parent_code text,
    current boolean NOT NULL,
    statistical boolean NOT NULL,
    successor_code text,
    CONSTRAINT ck__division__code CHECK (code ~ '^[1-9][0-9]{5}$'),
    CONSTRAINT ck__division__level CHECK (level IN ('province', 'prefecture', 'county'))
);
CREATE INDEX ix__division__parent_code ON division (parent_code);

CREATE TABLE exam_body (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    level text NOT NULL,
    parent_id uuid REFERENCES exam_body (id),
    path uuid[] NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid,
    CONSTRAINT uq__exam_body__code UNIQUE (code),
    CONSTRAINT uq__exam_body__parent_id_name UNIQUE NULLS NOT DISTINCT (parent_id, name),
    CONSTRAINT ck__exam_body__level CHECK (level IN ('zone', 'site', 'point')),
    CONSTRAINT ck__exam_body__state CHECK (state IN ('active', 'merged', 'closed')),
    CONSTRAINT ck__exam_body__zone_is_root CHECK ((level = 'zone') = (parent_id IS NULL)),
    CONSTRAINT ck__exam_body__path_ends_here CHECK (path[cardinality(path)] = id)
);
CREATE INDEX ix__exam_body__path ON exam_body USING gin (path);

-- A body without rows here has the territory of the nearest body above it that has some (a medical college's site).
CREATE TABLE exam_body_division (
    exam_body_id uuid NOT NULL REFERENCES exam_body (id),
    division_code text NOT NULL REFERENCES division (code),
    CONSTRAINT pk__exam_body_division__exam_body_id_division_code PRIMARY KEY (exam_body_id, division_code)
);

-- Pieces of two characters. Trigrams can not serve the usual two-character query, and extensions split words by
-- the server's locale, which knows no Han letters under C.
CREATE FUNCTION name_grams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT array_agg(DISTINCT substr(name, place, 2)) FROM generate_series(1, greatest(length(name) - 1, 1)) place);

CREATE TABLE institution (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    state text NOT NULL,
    origin text NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    name_grams text[] NOT NULL GENERATED ALWAYS AS (name_grams(name_key)) STORED,
    division_code text NOT NULL REFERENCES division (code),
    institution_type text NOT NULL,
    grade text,
    ownership text,
    credit_code text,
    credit_code_override_by uuid,
    registration_no text,
    address text,
    licence_valid_from date,
    licence_valid_to date,
    departments text[] NOT NULL DEFAULT '{}',
    physicians jsonb NOT NULL DEFAULT '{}',
    filing_body_id uuid NOT NULL REFERENCES exam_body (id),
    filing_body_path uuid[] NOT NULL,
    parent_institution_id uuid REFERENCES institution (id),
    merged_into_id uuid REFERENCES institution (id),
    profile_complete boolean NOT NULL DEFAULT false,
    responsibility_accepted_at timestamptz,
    issued_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    state_changed_at timestamptz NOT NULL,
    CONSTRAINT ck__institution__state CHECK (state IN ('draft', 'submitted', 'under_review', 'returned', 'rejected', 'issued',
        'profile_incomplete', 'active', 'suspended', 'merged', 'closed')),
    CONSTRAINT ck__institution__origin CHECK (origin IN ('issued', 'self_registered')),
    CONSTRAINT ck__institution__licence_order CHECK (licence_valid_from <= licence_valid_to),
    CONSTRAINT ck__institution__path_ends_at_filing_body CHECK (filing_body_path[cardinality(filing_body_path)] = filing_body_id)
);
-- Unique among what stands in the library: an unfinished application or a closed institution holds no name or number.
CREATE UNIQUE INDEX uq__institution__division_code_name_key ON institution (division_code, name_key)
    WHERE state IN ('issued', 'profile_incomplete', 'active', 'suspended');
CREATE UNIQUE INDEX uq__institution__credit_code ON institution (credit_code)
    WHERE state IN ('issued', 'profile_incomplete', 'active', 'suspended');
CREATE UNIQUE INDEX uq__institution__registration_no ON institution (registration_no)
    WHERE state IN ('issued', 'profile_incomplete', 'active', 'suspended');
CREATE INDEX ix__institution__name_grams ON institution USING gin (name_grams);
CREATE INDEX ix__institution__name_key ON institution (name_key);
CREATE INDEX ix__institution__filing_body_path ON institution USING gin (filing_body_path);

-- People of an institution, sealed; apart from the row that lists and look-ups read.
CREATE TABLE institution_contact (
    institution_id uuid PRIMARY KEY REFERENCES institution (id),
    legal_representative_sealed bytea,
    legal_representative_masked text,
    probation_officer_sealed bytea,
    probation_officer_masked text,
    probation_officer_phone_sealed bytea
);

CREATE TABLE institution_alias (
    id uuid PRIMARY KEY,
    institution_id uuid NOT NULL REFERENCES institution (id),
    kind text NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    name_grams text[] NOT NULL GENERATED ALWAYS AS (name_grams(name_key)) STORED,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT uq__institution_alias__institution_id_name_key UNIQUE (institution_id, name_key),
    CONSTRAINT ck__institution_alias__kind CHECK (kind IN ('alias', 'former'))
);
CREATE INDEX ix__institution_alias__name_grams ON institution_alias USING gin (name_grams);
