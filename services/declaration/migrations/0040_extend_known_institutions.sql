-- Why: licensed departments, physicians per category and guessed codes of an institution are inputs of signals (F2, F11, F13).
-- Safe online: new columns are nullable; old code does not write them, and the next event of an institution fills them.

ALTER TABLE known_institution
    ADD COLUMN departments text[],
    ADD COLUMN physicians jsonb;

CREATE TABLE known_code_alarm (
    institution_id uuid NOT NULL,
    at timestamptz NOT NULL,
    wrong integer NOT NULL,
    CONSTRAINT pk__known_code_alarm__institution_id_at PRIMARY KEY (institution_id, at)
);
