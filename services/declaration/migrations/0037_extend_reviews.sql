-- Why: claims are handed over to known colleagues, reasons say what they ask for, earlier rows say when and by whom they were confirmed or voided, staff keep notes (4.4, 4.5).
-- Safe online: new tables, nullable columns, and columns with constant defaults; nothing is rewritten and old code reads none of it.

CREATE TABLE known_staff (
    staff_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    role text NOT NULL,
    scope_id uuid NOT NULL,
    state text NOT NULL
);
CREATE INDEX ix__known_staff__scope_id ON known_staff (scope_id);

-- What a reason means for the candidate, what it must point at, and whether a text goes with it.
ALTER TABLE review_reason
    ADD COLUMN effect text NOT NULL DEFAULT 'fixable',
    ADD COLUMN target text NOT NULL DEFAULT 'any',
    ADD COLUMN comment_required boolean NOT NULL DEFAULT false;

ALTER TABLE prior_confirmation
    ADD COLUMN comment bytea,
    ADD COLUMN asked_institution_id uuid,
    ADD COLUMN asked_at timestamptz,
    ADD COLUMN voided_at timestamptz,
    ADD COLUMN voided_state text;

CREATE TABLE staff_note (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    institution_id uuid NOT NULL,
    author_id uuid NOT NULL,
    note bytea NOT NULL,
    written_at timestamptz NOT NULL
);
CREATE INDEX ix__staff_note__declaration_id ON staff_note (declaration_id, id);
