-- Why: people give an e-mail address for notices, which is used after a code sent to it came back (A5).
-- Safe online: two nullable columns without default, and a new table; old code reads and writes neither.

ALTER TABLE person ADD COLUMN email_sealed bytea, ADD COLUMN email_confirmed_at timestamptz;
ALTER TABLE person ADD CONSTRAINT ck__person__email CHECK ((email_sealed IS NULL) = (email_confirmed_at IS NULL)) NOT VALID;

-- One row per person: the code that is out, if any, and what is counted against the limits. The address is not kept:
-- who confirms it names it again, and the hash of the code holds it.
CREATE TABLE email_proof (
    person_id uuid PRIMARY KEY REFERENCES person,
    challenge_id uuid,
    code_mac bytea,
    expires_at timestamptz,
    attempts integer NOT NULL,
    sent_at timestamptz[] NOT NULL,
    wrong_at timestamptz[] NOT NULL,
    touched_at timestamptz NOT NULL
);
CREATE INDEX ix__email_proof__touched_at ON email_proof (touched_at);
