-- Why: the candidate answers every reason of a return, one by one, before the declaration is handed in again (4.4).
-- Safe online: creates a new table only.

CREATE TABLE reason_answer (
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    version bigint NOT NULL,
    place smallint NOT NULL,
    answer text NOT NULL,
    explanation bytea,
    answered_at timestamptz NOT NULL,
    CONSTRAINT pk__reason_answer__declaration_id_version_place PRIMARY KEY (declaration_id, version, place),
    CONSTRAINT ck__reason_answer__answer CHECK (answer IN ('changed', 'explained')),
    CONSTRAINT ck__reason_answer__explanation CHECK (answer = 'changed' OR explanation IS NOT NULL)
);
