-- Why: index keys rotate while requests to merge wait: what was proven rests sealed, and is looked for by every form of its index (V47, V48).
-- Safe online: adds a nullable column and relaxes another; a request written by old code meanwhile is answered as outdated and asked for again.

ALTER TABLE merge_request ADD COLUMN proof_sealed bytea, ALTER COLUMN proof_index DROP NOT NULL;
COMMENT ON COLUMN merge_request.proof_index IS 'not written any more: proof_sealed took its place';
CREATE INDEX ix__merge_request__decided_at ON merge_request (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX ix__exempt_choice__withdrawn_at ON exempt_choice (withdrawn_at) WHERE withdrawn_at IS NOT NULL;
