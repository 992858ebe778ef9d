-- Why: a supervisor guides only so many probationers at the same time; more is a sign of nominal affiliation (P2, F1).
-- Safe online: adds a column with a constant default, which rewrites nothing; old code leaves it alone.

ALTER TABLE supervisor ADD COLUMN trainee_limit smallint NOT NULL DEFAULT 5;
ALTER TABLE supervisor ADD CONSTRAINT ck__supervisor__trainee_limit CHECK (trainee_limit BETWEEN 1 AND 50) NOT VALID;
ALTER TABLE supervisor VALIDATE CONSTRAINT ck__supervisor__trainee_limit;
