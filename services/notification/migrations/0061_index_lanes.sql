-- Why: each lane claims what is due in it, and what senders have in hand is found without reading all that waits (G3).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__lane_due ON delivery (channel, next_at) WHERE state = 'pending' AND NOT at_most_once;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__in_hand ON delivery (next_at) WHERE state IN ('sending', 'unknown');
