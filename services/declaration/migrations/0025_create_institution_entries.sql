-- Why: an institution enters a record for a person bound to it; the candidate confirms or declines it (B3).
-- Safe online: creates a new table only.

CREATE TABLE institution_entry (
    declaration_id uuid PRIMARY KEY REFERENCES declaration (id),
    institution_id uuid NOT NULL,
    entered_by uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    content bytea NOT NULL,
    declined_at timestamptz,
    decline_code text,
    decline_text bytea,
    CONSTRAINT ck__institution_entry__declined CHECK ((declined_at IS NULL) = (decline_code IS NULL)
        AND (declined_at IS NULL) = (decline_text IS NULL))
);
-- What was entered is evidence beside what the candidate makes of it; ciphertext does not compress.
ALTER TABLE institution_entry ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX ix__institution_entry__list ON institution_entry (institution_id, entered_at, declaration_id);
