-- Why: the auditors of the body that an export looked at, and those above it, read its entries of the trail too (B8, V64).
-- Safe online: replaces a function in place; what it answered before stays as it was.

-- Whether an audit entry lies in the jurisdiction of an exam body: its subject or its actor stands there.
CREATE OR REPLACE FUNCTION audit_lies_within(subject_id uuid, actor_id uuid, body_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (SELECT FROM exam_body z WHERE z.id = $3 AND z.level = 'zone')
    OR EXISTS (SELECT FROM exam_body b WHERE b.path @> ARRAY[$3] AND b.id IN (
        SELECT $1
        UNION ALL SELECT s.scope_id FROM known_staff s WHERE s.staff_id = $2
        UNION ALL SELECT m.scope_id FROM sheet_import m WHERE m.id = $1
        UNION ALL SELECT x.scope_path[cardinality(x.scope_path)] FROM export_job x WHERE x.id = $1))
    OR EXISTS (SELECT FROM institution i WHERE i.filing_body_path @> ARRAY[$3] AND i.id IN (
        SELECT $1
        UNION ALL SELECT s.scope_id FROM known_staff s WHERE s.staff_id = $2
        UNION ALL SELECT m.scope_id FROM sheet_import m WHERE m.id = $1
        UNION ALL SELECT b.institution_id FROM binding b WHERE b.id = $1
        UNION ALL SELECT p.institution_id FROM supervisor p WHERE p.id = $1))
$$;
