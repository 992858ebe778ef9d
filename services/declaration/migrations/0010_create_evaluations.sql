-- Why: the institution's judgement of each probation and the certificate numbers given out by year (4.6, B10, B14).
-- Safe online: creates new tables only.

CREATE TABLE evaluation (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    submission integer NOT NULL,
    person_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    state text NOT NULL,
    version bigint NOT NULL,
    months_counted integer NOT NULL,
    reason_code text,
    opinion bytea,
    decided_by uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    certificate_no text,
    certified_at timestamptz,
    updated_at timestamptz NOT NULL,
    CONSTRAINT uq__evaluation__certificate_no UNIQUE (certificate_no),
    CONSTRAINT ck__evaluation__state CHECK (state IN ('in_progress', 'due', 'evaluated_qualified', 'evaluated_unqualified',
        'provisional_certified', 'completed', 'certified', 'lapsed', 'voided')),
    CONSTRAINT ck__evaluation__certificate_no CHECK (state <> 'certified' OR certificate_no IS NOT NULL)
);
-- One judgement at a time: of two administrators who evaluate at the same moment one is refused.
CREATE UNIQUE INDEX uq__evaluation__live_declaration_id ON evaluation (declaration_id) WHERE state <> 'voided';

-- Serial numbers on certificates and lists, without gaps: a number is used if and only if its transaction commits.
CREATE TABLE number_series (
    series text NOT NULL,
    year integer NOT NULL,
    place text NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT pk__number_series__series_year_place PRIMARY KEY (series, year, place)
) WITH (fillfactor = 10);
