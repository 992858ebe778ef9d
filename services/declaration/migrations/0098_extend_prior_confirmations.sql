-- Why: a request to an earlier unit ends on a day that is written down when it asks, and each request is told of by an id of its own (4.5, P6).
-- Safe online: nullable columns only; old code reads none of them.

ALTER TABLE prior_confirmation
    ADD COLUMN request_id uuid,
    ADD COLUMN request_ends_at timestamptz,
    ADD COLUMN request_expired_at timestamptz;
