-- Why: the library and rosters are filled from spreadsheets: a sheet is a job, each of its rows is carried out once (B7, P2).
-- Safe online: creates new tables only.

CREATE TABLE sheet_import (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    created_by uuid NOT NULL,
    maker_role text NOT NULL,
    scope_id uuid NOT NULL,
    object_key text,
    refusal jsonb,
    read_lines integer NOT NULL DEFAULT 0,
    wrong integer NOT NULL DEFAULT 0,
    waiting integer NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    CONSTRAINT ck__sheet_import__kind CHECK (kind IN ('institutions', 'supervisors')),
    CONSTRAINT ck__sheet_import__state CHECK (state IN ('received', 'checked', 'running', 'done', 'unusable')),
    CONSTRAINT ck__sheet_import__counts CHECK (wrong >= 0 AND waiting >= 0 AND done >= 0 AND refused >= 0),
    CONSTRAINT ck__sheet_import__file CHECK ((state = 'received') = (object_key IS NOT NULL))
);
-- One sheet at a time is read, and one carried out, for everybody: nobody keeps the others waiting.
CREATE UNIQUE INDEX uq__sheet_import__created_by_state ON sheet_import (created_by, state) WHERE state IN ('received', 'running');
CREATE INDEX ix__sheet_import__state_moved_at ON sheet_import (state, moved_at) WHERE state IN ('received', 'running');
CREATE INDEX ix__sheet_import__created_by_id ON sheet_import (created_by, id);

-- The key of a row is what makes carrying it out happen once: its result is written with its effect.
CREATE TABLE sheet_import_row (
    import_id uuid NOT NULL REFERENCES sheet_import (id) ON DELETE CASCADE,
    line integer NOT NULL,
    cells_sealed bytea NOT NULL,
    result text NOT NULL,
    problems jsonb NOT NULL,
    subject_id uuid,
    CONSTRAINT pk__sheet_import_row__import_id_line PRIMARY KEY (import_id, line),
    CONSTRAINT ck__sheet_import_row__result CHECK (result IN ('wrong', 'waiting', 'done', 'refused'))
);
CREATE INDEX ix__sheet_import_row__import_id_result_line ON sheet_import_row (import_id, result, line);
