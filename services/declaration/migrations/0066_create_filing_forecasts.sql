-- Why: what an exam body may expect to be filed, and what is due until when, once a day with the numbers it rests on (B8).
-- Safe online: creates a new table only.

CREATE TABLE filing_forecast (
    exam_body_id uuid NOT NULL,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    day date NOT NULL,
    inputs jsonb NOT NULL,
    result jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk__filing_forecast__exam_body_id_cycle_id_day PRIMARY KEY (exam_body_id, cycle_id, day)
);
