-- Why: what an exam year itself decides about eligibility (Q8, R27, R28), and bans that block until a date (R29).
-- Safe online: creates new tables only; a year without a row has the standard terms.

CREATE TABLE eligibility_terms (
    cycle_id uuid PRIMARY KEY REFERENCES cycle (id),
    version bigint NOT NULL,
    transitional_secondary boolean NOT NULL,
    practice_cutoff date,
    rural_text_zh text,
    rural_text_en text,
    updated_at timestamptz NOT NULL,
    CONSTRAINT ck__eligibility_terms__rural_text CHECK ((rural_text_zh IS NULL) = (rural_text_en IS NULL))
);

-- `until` is the last day; without it the ban does not end. The person need not have declared here.
CREATE TABLE ban (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    version bigint NOT NULL,
    reason_code text NOT NULL,
    note bytea NOT NULL,
    until date,
    imposed_by uuid NOT NULL,
    imposed_at timestamptz NOT NULL,
    lifted_by uuid,
    lifted_at timestamptz,
    lift_note bytea,
    CONSTRAINT ck__ban__reason_code CHECK (reason_code IN ('false_material', 'exam_discipline', 'organised_cheating',
        'practice_law')),
    CONSTRAINT ck__ban__lifetime CHECK (until IS NOT NULL OR reason_code = 'organised_cheating'),
    CONSTRAINT ck__ban__lifted CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)
        AND (lifted_at IS NULL) = (lift_note IS NULL))
);
CREATE INDEX ix__ban__person_id ON ban (person_id) WHERE lifted_at IS NULL;
