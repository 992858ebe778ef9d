-- Why: whose contact could not be told to the neighbours, or was linked before events carried openids, is told by the worker (A5, V58).
-- Safe online: nullable columns; old code leaves them empty, so that what it links is told once more.

ALTER TABLE person ADD COLUMN contact_untold_at timestamptz;
ALTER TABLE wechat_credential ADD COLUMN told_at timestamptz;
COMMENT ON COLUMN person.contact_untold_at IS 'when how to reach this person was last tried to be told, in vain; NULL: it was told';
COMMENT ON COLUMN wechat_credential.told_at IS 'since when an event told this account; NULL: none did yet';
