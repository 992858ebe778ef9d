-- Why: where the platform hosts the two proofs of the military, the exam body of the chosen site looks at them (A18).
-- Safe online: adds nullable columns; old code neither reads nor writes them; the index is on a table of a few hundred rows.

ALTER TABLE exempt_choice
    ADD COLUMN exam_site_id uuid,
    ADD COLUMN name_masked text,
    ADD COLUMN document_no_masked text;
CREATE INDEX ix__exempt_choice__exam_site_id ON exempt_choice (exam_site_id, person_id)
    WHERE exam_site_id IS NOT NULL AND withdrawn_at IS NULL;
