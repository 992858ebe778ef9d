-- Why: the auditors of a site read what became of its announcements, and of exports that looked at it or at a declaration of it (V64).
-- Safe online: replaces a function in place; what it answered yes to before it still does.

-- Whether an audit entry lies in the jurisdiction of an exam body: its subject or its actor stands there. Cycles, rules and bans
-- are the zone's, so for the bodies below it their entries lie where the actor stands. An export stands where it looked, and where
-- its maker stood.
CREATE OR REPLACE FUNCTION audit_lies_within(subject_id uuid, actor_id uuid, body_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (SELECT FROM known_exam_body z WHERE z.exam_body_id = $3 AND z.level = 'zone')
    OR EXISTS (SELECT FROM known_exam_body b WHERE b.path @> ARRAY[$3] AND b.exam_body_id IN (
        SELECT s.scope_id FROM known_staff s WHERE s.staff_id = $2
        UNION ALL SELECT x.scope_id FROM export_job x WHERE x.id = $1
        UNION ALL SELECT x.scope_path[cardinality(x.scope_path)] FROM export_job x WHERE x.id = $1
        UNION ALL SELECT a.exam_body_id FROM announcement a WHERE a.id = $1))
    OR EXISTS (SELECT FROM known_institution i WHERE i.filing_body_path @> ARRAY[$3] AND i.institution_id IN (
        SELECT s.scope_id FROM known_staff s WHERE s.staff_id = $2
        UNION ALL SELECT d.institution_id FROM declaration d WHERE d.id = $1
        UNION ALL SELECT e.institution_id FROM evaluation e WHERE e.id = $1
        UNION ALL SELECT l.institution_id FROM qualified_list l WHERE l.id = $1
        UNION ALL SELECT m.institution_id FROM bulk_decision m WHERE m.id = $1
        UNION ALL SELECT r.institution_id FROM risk_hit r WHERE r.id = $1
        UNION ALL SELECT d.institution_id FROM export_job x JOIN declaration d ON d.id = x.declaration_id WHERE x.id = $1))
$$;
