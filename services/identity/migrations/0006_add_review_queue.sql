-- Why: reviewers claim, filter and search requests; documents change; limits of proofing are exact; the authority is asked after reading.
-- Safe online: adds nullable columns and columns with constant defaults and creates new tables; old code neither reads nor writes them; the indexes hold a write up for the second in which they are built.

ALTER TABLE identity_verification
    -- A request for another document: the old one stays verified meanwhile (4.1).
    ADD COLUMN changing boolean NOT NULL DEFAULT false,
    ADD COLUMN claim_name_index bytea,
    ADD COLUMN claim_name_masked text,
    ADD COLUMN claim_no_masked text,
    ADD COLUMN claimed_by uuid,
    ADD COLUMN claimed_until timestamptz,
    ADD COLUMN decided_by uuid,
    ADD CONSTRAINT ck__identity_verification__claimed CHECK ((claimed_by IS NULL) = (claimed_until IS NULL));
CREATE INDEX ix__identity_verification__claim_index ON identity_verification (claim_index)
    WHERE claim_index IS NOT NULL;
CREATE INDEX ix__identity_verification__claim_name_index ON identity_verification (claim_name_index)
    WHERE claim_name_index IS NOT NULL;
CREATE INDEX ix__identity_verification__queue ON identity_verification (state, since, person_id)
    WHERE claim_type IS NOT NULL;

-- One human being may hold two documents: looked for by name and birth date (5.4). Empty on rows written before.
ALTER TABLE identity_document
    ADD COLUMN name_index bytea,
    ADD COLUMN name_and_birth_index bytea,
    ADD COLUMN country text;
CREATE INDEX ix__identity_document__name_index ON identity_document (name_index) WHERE name_index IS NOT NULL;
CREATE INDEX ix__identity_document__name_and_birth_index ON identity_document (name_and_birth_index)
    WHERE name_and_birth_index IS NOT NULL;
CREATE INDEX ix__identity_document__document_index ON identity_document (document_index);

-- After the card was read a job may wait for the authority; what the card said rests sealed until then.
ALTER TABLE recognition_job
    ADD COLUMN stage text NOT NULL DEFAULT 'reading',
    ADD COLUMN details_sealed bytea,
    ADD CONSTRAINT ck__recognition_job__stage CHECK (stage IN ('reading', 'authority'));

-- When checks were started, by person and by number: exact windows, whoever asks (V31).
CREATE TABLE proofing_guard (
    kind text NOT NULL,
    subject bytea NOT NULL,
    started_at timestamptz[] NOT NULL DEFAULT '{}',
    touched_at timestamptz NOT NULL,
    CONSTRAINT pk__proofing_guard__kind_subject PRIMARY KEY (kind, subject),
    CONSTRAINT ck__proofing_guard__kind CHECK (kind IN ('person', 'document'))
) WITH (fillfactor = 70);
CREATE INDEX ix__proofing_guard__touched_at ON proofing_guard (touched_at);
