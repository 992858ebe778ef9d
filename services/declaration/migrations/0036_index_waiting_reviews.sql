-- Why: the job that tells of waiting reviews, and the exam body's list of them, read what waits and nothing else (P6).
-- Safe online: the index is built beside the traffic.
-- no transaction

CREATE INDEX CONCURRENTLY ix__declaration__waiting_by_year ON declaration (cycle_id, institution_id, submitted_at)
WHERE state IN ('submitted', 'under_review')
