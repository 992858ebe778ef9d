-- Why: a code for a department or a cohort asks who binds where he or she works there, and the answer stays with the binding (A20, A21).
-- Safe online: new columns are nullable without a default, and old code writes none of them.

ALTER TABLE binding
    ADD COLUMN department text,
    ADD COLUMN cohort_year integer;
COMMENT ON COLUMN binding.department IS 'as the person stated it when binding with a code';
