-- Why: whether a name agrees is known before anything of who declares elsewhere is opened: the work tells nothing (A17, V6, V28).
-- Safe online: a nullable column; rows from before it are filled by a job, and until then opened to be compared.

ALTER TABLE known_exempt_person ADD COLUMN name_index bytea;
