-- Why: news is looked at before what is asked for wholesale, and thresholds that were set make the next sweep due (B1).
-- Safe online: columns with constant defaults change no row; the queue is short, its index is built in a moment.

ALTER TABLE risk_task ADD COLUMN sweep boolean NOT NULL DEFAULT false;
CREATE INDEX ix__risk_task__sweep_asked_at ON risk_task (sweep, asked_at, id);
DROP INDEX ix__risk_task__asked_at;

-- The version of the thresholds by which everything was asked for last.
ALTER TABLE risk_feed ADD COLUMN thresholds_version integer;
