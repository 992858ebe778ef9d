-- Why: where two reviewers are asked for, a bulk says which of its approvals are first ones that wait for a colleague (A38).
-- Safe online: a column with a constant default; old code neither reads nor writes it.

ALTER TABLE bulk_decision_row ADD COLUMN first_of_two boolean NOT NULL DEFAULT false;
