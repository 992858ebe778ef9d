-- Why: codes are claimed before all else, and the end of a quota's row is found at once (V5); providers' ids are forgotten by age (V57).
-- Safe online: built concurrently, outside a transaction.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__codes_due ON delivery (next_at) WHERE state = 'pending' AND at_most_once;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__held_by ON delivery (held_by, next_at) WHERE state = 'pending' AND held_by IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__delivery__settled_at__provider_id ON delivery (settled_at) WHERE provider_id IS NOT NULL;
