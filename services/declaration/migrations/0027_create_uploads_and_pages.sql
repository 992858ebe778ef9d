-- Why: an upload that broke goes on where it stopped, and several photos make one document (A34, P17).
-- Safe online: new tables, a nullable column and one with a constant default; old code writes neither. A document's object may now be shared by its successor, so the key is not unique any more; its index comes with the next file.

CREATE TABLE upload (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    kind text NOT NULL,
    period_id uuid,
    page_of uuid,
    file_name bytea NOT NULL,
    size integer NOT NULL,
    sha256 text NOT NULL,
    received integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    document_id uuid,
    CONSTRAINT ck__upload__received CHECK (received BETWEEN 0 AND size)
);
CREATE INDEX ix__upload__declaration_id ON upload (declaration_id);
CREATE INDEX ix__upload__expires_at ON upload (expires_at);

CREATE TABLE upload_part (
    upload_id uuid NOT NULL REFERENCES upload (id),
    start_at integer NOT NULL,
    size integer NOT NULL,
    object_key text NOT NULL,
    CONSTRAINT pk__upload_part__upload_id_start_at PRIMARY KEY (upload_id, start_at)
);
CREATE INDEX ix__upload_part__object_key ON upload_part (object_key);

ALTER TABLE declaration_document
    ADD COLUMN original_sha256 text,
    ADD COLUMN page_count integer NOT NULL DEFAULT 1,
    DROP CONSTRAINT uq__declaration_document__object_key;

-- The pages of a document that is more than one picture; its own object is that of the first page.
CREATE TABLE document_page (
    document_id uuid NOT NULL REFERENCES declaration_document (id),
    page_id uuid NOT NULL,
    position integer NOT NULL,
    object_key text NOT NULL,
    sha256 text NOT NULL,
    original_sha256 text,
    size integer NOT NULL,
    file_kind text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    CONSTRAINT pk__document_page__document_id_page_id PRIMARY KEY (document_id, page_id),
    CONSTRAINT uq__document_page__document_id_position UNIQUE (document_id, position)
);
CREATE INDEX ix__document_page__object_key ON document_page (object_key);
