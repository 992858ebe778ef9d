-- Why: what this service learned from the events of identity and declaration, so that it asks nobody while it answers.
-- Safe online: creates new tables only.

CREATE TABLE known_person (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    name_masked text NOT NULL,
    document_type text NOT NULL,
    document_no_masked text NOT NULL,
    verified_at timestamptz NOT NULL
);

CREATE TABLE known_staff (
    staff_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    role text NOT NULL,
    scope_kind text NOT NULL,
    scope_id uuid NOT NULL,
    state text NOT NULL,
    responsibility_accepted_at timestamptz
);
CREATE INDEX ix__known_staff__scope_id ON known_staff (scope_id);

CREATE TABLE known_declaration (
    declaration_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    person_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    cycle_year integer NOT NULL,
    state text NOT NULL
);
CREATE INDEX ix__known_declaration__person_id ON known_declaration (person_id);
