-- Why: ends of licences are told once (B15); supervision asks which institutions have records of a year (B8).
-- Safe online: creates a table; the index holds news of declarations up for the second in which it is built.

CREATE TABLE licence_notice (
    institution_id uuid NOT NULL REFERENCES institution (id),
    valid_to date NOT NULL,
    stage text NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT pk__licence_notice__institution_id_valid_to_stage PRIMARY KEY (institution_id, valid_to, stage),
    CONSTRAINT ck__licence_notice__stage CHECK (stage IN ('ending', 'ended'))
);
CREATE INDEX ix__known_declaration__institution_id_cycle_year ON known_declaration (institution_id, cycle_year);
