-- Why: who was responsible at a moment: former states of exam bodies, former filing bodies of institutions, terms of divisions.
-- Safe online: new tables and nullable columns; the names of a few hundred bodies get an index that leaves out merged ones.

ALTER TABLE division ADD COLUMN valid_from date, ADD COLUMN valid_to date;
ALTER TABLE division ADD CONSTRAINT ck__division__term CHECK (valid_from <= valid_to);

ALTER TABLE exam_body ADD COLUMN successor_id uuid REFERENCES exam_body (id);
ALTER TABLE exam_body ADD CONSTRAINT ck__exam_body__successor CHECK (state = 'merged' OR successor_id IS NULL);
-- A merged or closed body keeps its code for ever, but not its name.
ALTER TABLE exam_body DROP CONSTRAINT uq__exam_body__parent_id_name;
CREATE UNIQUE INDEX uq__exam_body__parent_id_name ON exam_body (parent_id, name) NULLS NOT DISTINCT WHERE state = 'active';

-- What a body was before each change. Today's state is in exam_body alone, so nothing has to be copied to begin with.
CREATE TABLE former_exam_body (
    exam_body_id uuid NOT NULL REFERENCES exam_body (id),
    version bigint NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL,
    level text NOT NULL,
    parent_id uuid,
    path uuid[] NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    division_codes text[] NOT NULL,
    ended_by_change text NOT NULL,
    changed_by uuid NOT NULL,
    reason text NOT NULL,
    CONSTRAINT pk__former_exam_body__exam_body_id_version PRIMARY KEY (exam_body_id, version),
    CONSTRAINT ck__former_exam_body__change CHECK (ended_by_change IN ('rename', 'territory', 'move', 'merge', 'close', 'load')),
    CONSTRAINT ex__former_exam_body__one_at_a_time
        EXCLUDE USING gist (exam_body_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);

-- With whom an institution filed before each change of its filing body.
CREATE TABLE former_filing_body (
    id uuid PRIMARY KEY,
    institution_id uuid NOT NULL REFERENCES institution (id),
    filing_body_id uuid NOT NULL REFERENCES exam_body (id),
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    reason text NOT NULL,
    CONSTRAINT ex__former_filing_body__one_at_a_time
        EXCLUDE USING gist (institution_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
CREATE INDEX ix__former_filing_body__institution_id ON former_filing_body (institution_id, id);
