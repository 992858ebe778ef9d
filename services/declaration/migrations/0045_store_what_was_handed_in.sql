-- Why: the choice and the unit of a declaration change after a submission; what was handed in is told by its own row (A37).
-- A draft keeps the lists it was begun with and follows the rules alone, so the rules that judged have a version of their own.
-- Safe online: new columns are nullable; rows from before them are read with what the declaration says, and were judged by the
-- rules of their catalogue version.

ALTER TABLE declaration_snapshot
    ADD COLUMN exam_level text,
    ADD COLUMN exam_category_code text,
    ADD COLUMN institution_name text,
    ADD COLUMN rules_version integer;
ALTER TABLE declaration ADD COLUMN rules_version integer;
