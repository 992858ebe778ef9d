-- Why: codes by SMS and by e-mail are claimed in lanes of their own, each without reading what waits in the other (G3).
-- Safe online: built concurrently, outside a transaction; old code claims codes by the index that it has.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__codes_lane_due ON delivery (channel, next_at) WHERE state = 'pending' AND at_most_once;
