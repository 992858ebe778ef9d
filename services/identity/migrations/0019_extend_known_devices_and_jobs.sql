-- Why: a device in use is told again before listeners forget it (F7), and an outage spends no tries of a claim that does not open (V58).
-- Safe online: adds a nullable column, and one with a constant default; what was never told is told at the next login.

ALTER TABLE known_device ADD COLUMN told_at timestamptz;
ALTER TABLE recognition_job ADD COLUMN unopened integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN recognition_job.unopened IS 'how often the claim did not open, beside the tries at the neighbour';
