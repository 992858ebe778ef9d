-- Why: a print role of the release before knows no provisional certificates and drops their jobs; it also left people revoked with their identity on accepted lists.
-- Safe online: after every process of the release before it has ended, hence `post`; touches the few rows of that time only.

UPDATE print_job j SET state = 'queued', attempts = 0, next_try_at = now(), done_at = NULL, last_error = NULL
FROM provisional_certificate p JOIN evaluation e ON e.id = p.evaluation_id AND e.state <> 'voided'
WHERE j.kind = 'provisional_certificate' AND j.subject_id = p.evaluation_id AND p.certificate_key IS NULL
  AND j.state IN ('done', 'failed');

UPDATE list_line n SET live = false
FROM qualified_list l, declaration d
WHERE n.live AND l.id = n.list_id AND l.state = 'accepted' AND d.id = n.declaration_id AND d.state = 'revoked';
