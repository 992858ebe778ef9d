-- Why: an institution has several confirmation codes, for a department or a cohort, each with a name and room for so many people.
-- Safe online: columns without rewrite; the index covers one row per institution and holds rotations up for seconds, bindings never.

-- The code that every institution has is the one without a name. A binding is counted under the code it was made with.
ALTER TABLE confirmation_code
    ADD COLUMN name text NOT NULL DEFAULT '',
    ADD COLUMN department text,
    ADD COLUMN cohort text,
    ADD COLUMN quota integer,
    ADD CONSTRAINT ck__confirmation_code__quota CHECK (quota > 0);
CREATE UNIQUE INDEX uq__confirmation_code__institution_id_name ON confirmation_code (institution_id, name)
    WHERE rotated_at IS NULL;
DROP INDEX uq__confirmation_code__institution_id;
CREATE INDEX ix__confirmation_code__institution_id_id ON confirmation_code (institution_id, id);
