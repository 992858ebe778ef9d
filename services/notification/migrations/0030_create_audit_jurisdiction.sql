-- Why: an auditor of a part of the tree reads the entries of that part only, and the database decides which they are.
-- Safe online: creates a function only.

-- Whether an audit entry lies in the jurisdiction of an exam body. Notification knows no tree: the body of a zone's administrator
-- is the zone, and any other body reads what its own staff did.
CREATE FUNCTION audit_lies_within(subject_id uuid, actor_id uuid, body_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (SELECT FROM known_staff s WHERE s.scope_id = $3 AND (s.role = 'zone_admin' OR s.staff_id IN ($1, $2)))
$$;
