-- Why: two numberings of categories (5.2), what each kind of applicant hands in (section 6), and typed names compared with the library (A31).
-- Safe online: new table, columns with constant defaults; while the index is built, seconds, only news of institutions waits.

CREATE TABLE material (
    catalogue_version integer NOT NULL REFERENCES catalogue (version),
    applicant_kind text NOT NULL,
    code text NOT NULL,
    document_kind text,
    provided_by text NOT NULL,
    due text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT pk__material__catalogue_version_applicant_kind_code PRIMARY KEY (catalogue_version, applicant_kind, code),
    CONSTRAINT ck__material__provided_by CHECK (provided_by IN ('candidate', 'unit')),
    CONSTRAINT ck__material__due CHECK (due IN ('submission', 'review', 'registration', 'completion'))
);

ALTER TABLE exam_category
    ADD COLUMN numbering text NOT NULL DEFAULT 'current',
    ADD COLUMN offered boolean NOT NULL DEFAULT true;

CREATE INDEX ix__known_institution__name ON known_institution (name);
