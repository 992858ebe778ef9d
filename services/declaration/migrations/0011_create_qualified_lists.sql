-- Why: the yearly list that an institution freezes, prints, seals and files with its exam body (4.7, B13).
-- Safe online: creates new tables only.

CREATE TABLE qualified_list (
    id uuid PRIMARY KEY,
    institution_id uuid NOT NULL,
    institution_name text NOT NULL,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    exam_year integer NOT NULL,
    kind text NOT NULL,
    edition integer NOT NULL,
    replaces_id uuid REFERENCES qualified_list (id),
    state text NOT NULL,
    version bigint NOT NULL,
    number text,
    line_count integer NOT NULL DEFAULT 0,
    provisional_count integer NOT NULL DEFAULT 0,
    content_hash text,
    print_header bytea,
    filing_body_id uuid,
    filing_body_path uuid[] NOT NULL DEFAULT '{}',
    opened_by uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    generated_by uuid,
    generated_at timestamptz,
    pdf_key text,
    pdf_sha256 text,
    printed_by uuid,
    printed_at timestamptz,
    scan_key text,
    scan_sha256 text,
    scan_kind text,
    scan_uploaded_by uuid,
    scan_uploaded_at timestamptz,
    late_permitted_by uuid,
    late_permitted_at timestamptz,
    late boolean NOT NULL DEFAULT false,
    submitted_by uuid,
    submitted_at timestamptz,
    decided_by uuid,
    decided_at timestamptz,
    return_codes text[] NOT NULL DEFAULT '{}',
    return_reasons bytea,
    updated_at timestamptz NOT NULL,
    CONSTRAINT uq__qualified_list__number UNIQUE (number),
    CONSTRAINT ck__qualified_list__kind CHECK (kind IN ('main', 'supplementary', 'cancellation')),
    CONSTRAINT ck__qualified_list__state CHECK (state IN ('draft', 'generated', 'printed', 'sealed_uploaded', 'submitted',
        'accepted', 'returned', 'void')),
    CONSTRAINT ck__qualified_list__numbered CHECK (state IN ('draft', 'void')
        OR (number IS NOT NULL AND content_hash IS NOT NULL AND filing_body_id IS NOT NULL)),
    CONSTRAINT ck__qualified_list__handed_in CHECK (state NOT IN ('submitted', 'accepted', 'returned')
        OR (scan_key IS NOT NULL AND submitted_at IS NOT NULL))
);
CREATE UNIQUE INDEX uq__qualified_list__open ON qualified_list (institution_id, cycle_id, kind)
    WHERE state IN ('draft', 'generated', 'printed', 'sealed_uploaded', 'submitted');
CREATE UNIQUE INDEX uq__qualified_list__accepted_main ON qualified_list (institution_id, cycle_id)
    WHERE kind = 'main' AND state = 'accepted';
CREATE INDEX ix__qualified_list__institution_id ON qualified_list (institution_id, opened_at DESC, id DESC);
CREATE INDEX ix__qualified_list__filing_body_path ON qualified_list USING gin (filing_body_path);

CREATE TABLE list_line (
    list_id uuid NOT NULL REFERENCES qualified_list (id),
    line integer NOT NULL,
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    declaration_number text NOT NULL,
    submission integer NOT NULL,
    evaluation_id uuid NOT NULL REFERENCES evaluation (id),
    person_id uuid NOT NULL,
    provisional boolean NOT NULL,
    exam_level text NOT NULL,
    exam_category_code text NOT NULL,
    name_masked text NOT NULL,
    document_no_masked text NOT NULL,
    display bytea NOT NULL,
    live boolean NOT NULL,
    CONSTRAINT pk__list_line__list_id_line PRIMARY KEY (list_id, line)
);
ALTER TABLE list_line ALTER COLUMN display SET STORAGE EXTERNAL;
-- A person stands on one list at a time, whatever two parallel generations do (4.7).
CREATE UNIQUE INDEX uq__list_line__live_declaration_id ON list_line (declaration_id) WHERE live;
