-- Why: categories, eligibility rules, file kinds and reasons are versioned data that a cycle pins (A23, section 6 of the domain).
-- Safe online: creates new tables only.

CREATE TABLE catalogue (
    version integer PRIMARY KEY,
    digest bytea NOT NULL,
    loaded_at timestamptz NOT NULL,
    CONSTRAINT uq__catalogue__digest UNIQUE (digest)
);

CREATE TABLE exam_category (
    catalogue_version integer NOT NULL REFERENCES catalogue (version),
    code text NOT NULL,
    exam_level text NOT NULL,
    route text NOT NULL,
    family text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT pk__exam_category__catalogue_version_code PRIMARY KEY (catalogue_version, code, valid_from),
    CONSTRAINT ck__exam_category__exam_level CHECK (exam_level IN ('licensed_physician', 'assistant_physician')),
    CONSTRAINT ck__exam_category__route CHECK (route IN ('prescribed_education', 'apprenticeship_or_expertise'))
);

CREATE TABLE eligibility_rule (
    catalogue_version integer NOT NULL REFERENCES catalogue (version),
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
    CONSTRAINT pk__eligibility_rule__catalogue_version_id PRIMARY KEY (catalogue_version, id),
    CONSTRAINT ck__eligibility_rule__effect CHECK (effect IN ('allow', 'block', 'warn', 'require'))
);

CREATE TABLE document_kind (
    catalogue_version integer NOT NULL REFERENCES catalogue (version),
    kind text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    most integer NOT NULL,
    per_period boolean NOT NULL,
    CONSTRAINT pk__document_kind__catalogue_version_kind PRIMARY KEY (catalogue_version, kind)
);

CREATE TABLE review_reason (
    catalogue_version integer NOT NULL REFERENCES catalogue (version),
    action text NOT NULL,
    code text NOT NULL,
    text_zh text NOT NULL,
    text_en text NOT NULL,
    CONSTRAINT pk__review_reason__catalogue_version_action_code PRIMARY KEY (catalogue_version, action, code)
);

-- Which kinds of physician may guide a candidate of which kind (5.3).
CREATE TABLE supervisor_compatibility (
    catalogue_version integer NOT NULL REFERENCES catalogue (version),
    category_family text NOT NULL,
    supervisor_family text NOT NULL,
    CONSTRAINT pk__supervisor_compatibility__families PRIMARY KEY (catalogue_version, category_family, supervisor_family)
);

ALTER TABLE cycle ADD CONSTRAINT fk__cycle__catalogue_version
    FOREIGN KEY (catalogue_version) REFERENCES catalogue (version);
