-- Why: exam sites set earlier deadlines of an exam year for their units, and the year follows national registration too (4.9).
-- Safe online: a new table, nullable columns, and one with a constant default; old code neither reads nor writes them.

CREATE TABLE site_cycle (
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    exam_body_id uuid NOT NULL,
    version bigint NOT NULL,
    declaration_closes_at timestamptz,
    review_deadline timestamptz,
    filing_deadline timestamptz,
    supervisor_category text NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk__site_cycle__cycle_id_exam_body_id PRIMARY KEY (cycle_id, exam_body_id),
    CONSTRAINT ck__site_cycle__supervisor_category CHECK (supervisor_category IN ('refuse', 'warn'))
);

ALTER TABLE cycle
    ADD COLUMN registration_opens_at timestamptz,
    ADD COLUMN registration_closes_at timestamptz,
    ADD COLUMN leave_days integer NOT NULL DEFAULT 30;
ALTER TABLE cycle ADD CONSTRAINT ck__cycle__registration CHECK (registration_opens_at < registration_closes_at) NOT VALID;
ALTER TABLE cycle VALIDATE CONSTRAINT ck__cycle__registration;
