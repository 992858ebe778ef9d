-- Why: the log of calls also tells comparisons, lists and changes apart, and which nonce of which client was answered (4.10).
-- Safe online: columns without a rewrite; the running version goes on writing its own. The index is built on a short log.

ALTER TABLE status_call
    ADD COLUMN kind text NOT NULL DEFAULT 'query',
    ADD COLUMN client_scope_id uuid,
    ADD COLUMN nonce uuid,
    ADD COLUMN records integer,
    ALTER COLUMN exam_year DROP NOT NULL,
    ADD CONSTRAINT ck__status_call__kind CHECK (kind IN ('query', 'comparison', 'list', 'changes')) NOT VALID;
CREATE INDEX ix__status_call__declaration_id ON status_call (declaration_id, id) WHERE declaration_id IS NOT NULL;
