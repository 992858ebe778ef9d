-- Why: who entered a record for somebody does not approve it, with another account of the same person either (four eyes, B3).
-- Safe online: a nullable column; old code neither reads nor writes it, and what it enters is judged by the account.

ALTER TABLE institution_entry ADD COLUMN entered_person_id uuid;
