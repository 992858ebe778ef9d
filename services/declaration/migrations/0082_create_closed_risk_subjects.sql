-- Why: a login that is heard of after its account was closed must not be kept (V58), so the closing is remembered as long as messages may come.
-- Safe online: a new table; the index that goes has been replaced by 0081 and is dropped in a moment.

CREATE TABLE risk_device_closed (
    subject_id uuid CONSTRAINT pk__risk_device_closed PRIMARY KEY,
    closed_at timestamptz NOT NULL
);
CREATE INDEX ix__risk_device_closed__closed_at ON risk_device_closed (closed_at);
DROP INDEX ix__risk_device__mac_used;
