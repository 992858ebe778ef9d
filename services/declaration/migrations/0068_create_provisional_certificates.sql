-- Why: a fresh graduate's provisional certificate is numbered, frozen and printed like the full one, which later stands beside it (4.6, B10).
-- Safe online: creates a table; the wider check is not tested against rows that satisfied the narrower one.

CREATE TABLE provisional_certificate (
    evaluation_id uuid PRIMARY KEY REFERENCES evaluation (id),
    certificate_no text NOT NULL,
    certificate_check text NOT NULL,
    certificate bytea NOT NULL,
    certificate_key text,
    certificate_sha256 text,
    issued_by uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    CONSTRAINT uq__provisional_certificate__certificate_no UNIQUE (certificate_no)
);
ALTER TABLE provisional_certificate ALTER COLUMN certificate SET STORAGE EXTERNAL;

ALTER TABLE print_job DROP CONSTRAINT ck__print_job__kind;
ALTER TABLE print_job ADD CONSTRAINT ck__print_job__kind
    CHECK (kind IN ('qualified_list', 'certificate', 'provisional_certificate')) NOT VALID;
