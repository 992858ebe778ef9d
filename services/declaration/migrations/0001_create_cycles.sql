-- Why: every deadline of an exam year and the text a candidate accepts are dated, versioned rows, never constants (4.9, A26).
-- Safe online: creates new tables and sequences only.

CREATE TABLE cycle (
    id uuid PRIMARY KEY,
    year integer NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    catalogue_version integer NOT NULL,
    declaration_opens_at timestamptz NOT NULL,
    declaration_closes_at timestamptz NOT NULL,
    review_deadline timestamptz NOT NULL,
    filing_deadline timestamptz NOT NULL,
    completion_deadline timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT uq__cycle__year UNIQUE (year),
    CONSTRAINT ck__cycle__year CHECK (year BETWEEN 2020 AND 2059),
    CONSTRAINT ck__cycle__state CHECK (state IN ('planned', 'declaration_open', 'declaration_closed', 'review_closed',
        'filing_closed', 'national_registration_open', 'provisional_completion', 'closed', 'archived')),
    CONSTRAINT ck__cycle__dates CHECK (declaration_opens_at < declaration_closes_at
        AND declaration_closes_at <= review_deadline AND review_deadline <= filing_deadline
        AND filing_deadline < completion_deadline)
);

CREATE TABLE declaration_notice (
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    version integer NOT NULL,
    text_zh text NOT NULL,
    text_en text NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT pk__declaration_notice__cycle_id_version PRIMARY KEY (cycle_id, version)
);

-- Receipt numbers run per exam year; the service's own role may use sequences but create none.
DO $$ BEGIN
    FOR year IN 2020 .. 2059 LOOP
        EXECUTE format('CREATE SEQUENCE %I', 'declaration_number_' || year);
    END LOOP;
END $$;
