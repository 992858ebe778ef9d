-- Why: who used a device or an address is read newest first and up to a bound (F7), so the index has to give them in order.
-- Safe online: built beside running writes; the one that it replaces goes with 0082.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__risk_device__mac_used_seen_at ON risk_device (mac, used, seen_at);
