-- Why: whoever an exam body reopened or revoked stands on no accepted list any more (4.4); earlier ones kept their line.
-- Safe online: changes a few rows of one table, which acceptance and generation lock after the declarations only.

UPDATE list_line n SET live = false
FROM qualified_list l
WHERE n.live AND l.id = n.list_id AND l.state = 'accepted' AND (
    SELECT t.action FROM declaration_event t
    WHERE t.declaration_id = n.declaration_id AND t.action IN ('file', 'reopen', 'revoke')
    ORDER BY t.version DESC LIMIT 1) IN ('reopen', 'revoke');
