-- Why: the auditors of a body read what became of texts to its own staff, whoever sent them again (V64).
-- Safe online: replaces a function in place; what it answered yes to before it still does.

-- Whether an audit entry lies in the jurisdiction of an exam body. Notification knows no tree: the body of a zone's administrator
-- is the zone, and any other body reads what its own staff did, and what was done with what is theirs.
CREATE OR REPLACE FUNCTION audit_lies_within(subject_id uuid, actor_id uuid, body_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (SELECT FROM known_staff s WHERE s.scope_id = $3 AND (s.role = 'zone_admin' OR s.staff_id IN (
    $1, $2, (SELECT d.recipient_id FROM delivery d WHERE d.id = $1))))
$$;
