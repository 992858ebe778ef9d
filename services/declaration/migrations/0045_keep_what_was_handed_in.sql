-- Why: the choice and the unit of a declaration change after a submission; what was handed in is told by its own row (A37).
-- Safe online: new columns are nullable; rows from before them are read with what the declaration says.

ALTER TABLE declaration_snapshot
    ADD COLUMN exam_level text,
    ADD COLUMN exam_category_code text,
    ADD COLUMN institution_name text;
