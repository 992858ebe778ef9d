-- Why: where lists and declarations disagree, the exam body sees it by receipt number, since when and until when (M11, B13).
-- Safe online: creates a new table only.

CREATE TABLE filing_difference (
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    kind text NOT NULL,
    list_id uuid REFERENCES qualified_list (id),
    institution_id uuid NOT NULL,
    first_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk__filing_difference__declaration_id_kind PRIMARY KEY (declaration_id, kind),
    CONSTRAINT ck__filing_difference__kind CHECK (kind IN ('not_listed', 'not_filed', 'filed_without_line',
        'line_not_approved', 'other_institution'))
);
CREATE INDEX ix__filing_difference__open ON filing_difference (first_seen_at, declaration_id) WHERE ended_at IS NULL;
