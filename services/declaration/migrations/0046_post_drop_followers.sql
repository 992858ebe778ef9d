-- Why: drafts look up the rules of their year when they are judged; nothing moves them any more (docs/adr/0035).
-- Safe online: after every process of the release before it has ended, hence `post`; the index only served the job that moved them.

ALTER TABLE rule_publication DROP COLUMN followed_at;
DROP INDEX ix__declaration__drafts;
