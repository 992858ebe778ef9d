-- Why: an exam body may ask for a second person of the unit behind each approval; the first one's word waits with the declaration.
-- Safe online: nullable columns and constant defaults; old code neither reads nor writes them, and what it decides stands.

ALTER TABLE review_policy ADD COLUMN second_reviewer boolean NOT NULL DEFAULT false;
ALTER TABLE site_cycle ADD COLUMN second_reviewer boolean NOT NULL DEFAULT false;

ALTER TABLE declaration
    ADD COLUMN first_approved_by uuid,
    ADD COLUMN first_approved_person_id uuid,
    ADD COLUMN first_approved_at timestamptz;
