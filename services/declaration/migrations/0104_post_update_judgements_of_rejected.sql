-- Why: a paper that a rejection voided stays voided once its unit allows modification (4.6); judgements that older code left are voided.
-- Safe online: after every process of the release before it has ended, hence `post`; changes a few rows of one table.

UPDATE evaluation e SET state = 'voided', version = e.version + 1, updated_at = now()
FROM declaration d
WHERE d.state = 'modification_allowed' AND e.declaration_id = d.id AND e.submission = d.submission
  AND e.state NOT IN ('in_progress', 'due', 'lapsed', 'voided') AND (
    SELECT t.from_state FROM declaration_event t
    WHERE t.declaration_id = d.id AND t.action = 'allow_modification' ORDER BY t.version DESC LIMIT 1) = 'rejected';
