-- Why: a revoked person declares nothing any more (4.1); people of other channels are answered for as such (A17, 4.10).
-- Safe online: creates new tables only. No foreign keys: events of different services arrive in any order.

CREATE TABLE known_revoked_person (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    reason_code text NOT NULL,
    revoked_at timestamptz NOT NULL
);

CREATE TABLE known_exempt_person (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    state text NOT NULL,
    kind text NOT NULL,
    exam_year integer NOT NULL,
    document_type text,
    document_index bytea,
    person_sealed bytea,
    changed_at timestamptz NOT NULL,
    CONSTRAINT ck__known_exempt_person__state CHECK (state IN ('chosen', 'withdrawn')),
    CONSTRAINT ck__known_exempt_person__chosen CHECK (state <> 'chosen'
        OR (document_type IS NOT NULL AND document_index IS NOT NULL AND person_sealed IS NOT NULL))
);
CREATE INDEX ix__known_exempt_person__document_index ON known_exempt_person (document_index)
    WHERE document_index IS NOT NULL;
