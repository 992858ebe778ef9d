-- Why: every ten minutes the accounts are looked for whose invitation ends soon (4.8).
-- Safe online: built beside running writes.
-- no transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__staff_account__invited_until ON staff_account (invited_until)
    WHERE state IN ('invited', 'locked');
