-- Why: decisions about many submissions at once, from a selection or a spreadsheet: checked first, then each carried out once (A38).
-- Safe online: creates new tables only.

CREATE TABLE bulk_decision (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    state text NOT NULL,
    source text NOT NULL,
    institution_id uuid NOT NULL,
    created_by uuid NOT NULL,
    maker_person_id uuid,
    unread integer NOT NULL,
    wrong integer NOT NULL,
    waiting integer NOT NULL,
    done integer NOT NULL,
    refused integer NOT NULL,
    created_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    CONSTRAINT ck__bulk_decision__state CHECK (state IN ('received', 'checked', 'running', 'done')),
    CONSTRAINT ck__bulk_decision__source CHECK (source IN ('selection', 'sheet')),
    CONSTRAINT ck__bulk_decision__counts CHECK (unread >= 0 AND wrong >= 0 AND waiting >= 0 AND done >= 0 AND refused >= 0)
);
CREATE INDEX ix__bulk_decision__moved_at ON bulk_decision (moved_at) WHERE state IN ('received', 'running');
CREATE INDEX ix__bulk_decision__created_by_id ON bulk_decision (created_by, id);

-- The key of a row is what makes carrying it out happen once: its result is written with its effect.
CREATE TABLE bulk_decision_row (
    bulk_id uuid NOT NULL REFERENCES bulk_decision (id),
    line integer NOT NULL,
    declaration_id uuid,
    number text,
    expected_version bigint,
    decision text,
    reasons bytea,
    result text NOT NULL,
    problems jsonb NOT NULL,
    CONSTRAINT pk__bulk_decision_row__bulk_id_line PRIMARY KEY (bulk_id, line),
    CONSTRAINT ck__bulk_decision_row__decision CHECK (decision IN ('approve', 'return', 'reject')),
    CONSTRAINT ck__bulk_decision_row__result CHECK (result IN ('unread', 'wrong', 'waiting', 'done', 'refused'))
);
