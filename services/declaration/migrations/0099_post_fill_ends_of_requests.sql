-- Why: what earlier units were asked before requests had an end gets one, counted from now; the scheduler looks for ends (docs/adr/0056).
-- Safe online: after every process of the release before it has ended, hence `post`; a few rows of an exam year, and an index built beside running writes.
-- no transaction

UPDATE prior_confirmation
SET request_id = gen_random_uuid(),
    request_ends_at = (date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai') + interval '15 days') AT TIME ZONE 'Asia/Shanghai'
WHERE asked_at IS NOT NULL AND request_id IS NULL AND state IN ('pending', 'evidence_required');
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__prior_confirmation__request_ends_at ON prior_confirmation (request_ends_at)
    WHERE request_expired_at IS NULL AND state IN ('pending', 'evidence_required');
