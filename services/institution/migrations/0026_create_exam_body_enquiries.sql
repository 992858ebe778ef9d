-- Why: who does not find a unit, or waits for a review, is told whom to ring (P4).
-- Safe online: creates a new table only.

CREATE TABLE exam_body_enquiry (
    exam_body_id uuid PRIMARY KEY REFERENCES exam_body (id),
    phone text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL
);
