-- Why: the auditors of a body read what became of the sheets of invitations of its staff, whoever moved them (V64).
-- Safe online: replaces a function in place.

-- Whether an audit entry lies in the jurisdiction of an exam body: its subject or its actor stands there. A person belongs to no
-- body here, so what people did with their own accounts is the zone's alone to read.
CREATE OR REPLACE FUNCTION audit_lies_within(subject_id uuid, actor_id uuid, body_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
WITH place AS (
    SELECT k.path FROM known_scope k WHERE k.scope_id IN (
        SELECT s.scope_id FROM staff_account s WHERE s.staff_id IN ($1, $2)
        UNION ALL SELECT c.scope_id FROM machine_client c WHERE c.client_id IN ($1, $2)
        UNION ALL SELECT w.scope_id FROM staff_sheet w WHERE w.sheet_id = $1
        UNION ALL SELECT t.scope_id FROM ownership_transfer t WHERE t.transfer_id = $1)
)
SELECT CASE WHEN EXISTS (SELECT FROM place) THEN EXISTS (SELECT FROM place WHERE path @> ARRAY[$3])
    ELSE EXISTS (SELECT FROM known_scope z WHERE z.scope_id = $3 AND z.level = 'zone') END
$$;
