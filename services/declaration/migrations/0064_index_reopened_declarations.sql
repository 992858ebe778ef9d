-- Why: lists and numbers of a jurisdiction mark what was reopened; such steps are few among all.
-- Safe online: builds the index beside running writes.
-- no transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix__declaration_event__reopened ON declaration_event (declaration_id)
    WHERE action IN ('allow_modification', 'reopen');
