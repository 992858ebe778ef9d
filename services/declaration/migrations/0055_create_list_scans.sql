-- Why: a scan is matched page by page with its list, the seal is confirmed point by point (4.7, P7), and lists cancel.
-- Safe online: adds tables, columns without default work and a wider check; old code goes on with its single scan.

ALTER TABLE qualified_list ADD COLUMN page_count integer;
ALTER TABLE qualified_list DROP CONSTRAINT ck__qualified_list__handed_in;
ALTER TABLE qualified_list ADD CONSTRAINT ck__qualified_list__handed_in CHECK (
    state NOT IN ('submitted', 'accepted', 'returned') OR (scan_sha256 IS NOT NULL AND submitted_at IS NOT NULL));

CREATE TABLE list_scan_file (
    id uuid PRIMARY KEY,
    list_id uuid NOT NULL REFERENCES qualified_list (id),
    object_key text NOT NULL,
    sha256 text NOT NULL,
    file_kind text NOT NULL,
    size bigint NOT NULL,
    uploaded_by uuid NOT NULL,
    uploaded_at timestamptz NOT NULL
);
CREATE INDEX ix__list_scan_file__list_id ON list_scan_file (list_id, uploaded_at);

-- A page of a list is in one file only, whatever two uploads do at once.
CREATE TABLE list_scan_page (
    list_id uuid NOT NULL REFERENCES qualified_list (id),
    page integer NOT NULL,
    file_id uuid NOT NULL REFERENCES list_scan_file (id) ON DELETE CASCADE,
    position integer NOT NULL,
    CONSTRAINT pk__list_scan_page__list_id_page PRIMARY KEY (list_id, page)
);
CREATE INDEX ix__list_scan_page__file_id ON list_scan_page (file_id);

CREATE TABLE list_seal_check (
    list_id uuid NOT NULL REFERENCES qualified_list (id),
    item text NOT NULL,
    confirmed_by uuid NOT NULL,
    confirmed_at timestamptz NOT NULL,
    CONSTRAINT pk__list_seal_check__list_id_item PRIMARY KEY (list_id, item)
);

-- Scans that came before: whole files that nobody matched.
INSERT INTO list_scan_file (id, list_id, object_key, sha256, file_kind, size, uploaded_by, uploaded_at)
SELECT l.id, l.id, l.scan_key, l.scan_sha256, l.scan_kind, 0, l.scan_uploaded_by, l.scan_uploaded_at
FROM qualified_list l WHERE l.scan_key IS NOT NULL AND l.scan_uploaded_at IS NOT NULL;

-- A line that cancels stands beside the accepted line it cancels; a person is on one open cancellation at a time.
ALTER TABLE list_line ADD COLUMN cancelling boolean NOT NULL DEFAULT false;
ALTER TABLE list_line ADD COLUMN cancels_list_id uuid REFERENCES qualified_list (id);
ALTER TABLE list_line ADD COLUMN reason_code text;
CREATE UNIQUE INDEX uq__list_line__cancelling_declaration_id ON list_line (declaration_id) WHERE cancelling;
