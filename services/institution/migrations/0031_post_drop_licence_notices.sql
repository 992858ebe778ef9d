-- Why: what was told of licences stands in the table of all reminders (docs/adr/0053).
-- Safe online: after every process of the release before it has ended, hence `post`.

DROP TABLE licence_notice;
DROP FUNCTION follow_licence_notice();
