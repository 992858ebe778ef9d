-- Why: WeChat and phone are two credentials of one person, of whom a phone may be missing; two persons become one only by a reviewer's decision (A3, A5, V9, V10).
-- Safe online: relaxes columns and creates new tables; the new constraint is not checked against old rows, which all have a phone.

ALTER TABLE person
    ALTER COLUMN phone_sealed DROP NOT NULL,
    ALTER COLUMN phone_index DROP NOT NULL,
    ADD COLUMN held_until timestamptz,
    ADD CONSTRAINT ck__person__phone CHECK ((phone_sealed IS NULL) = (phone_index IS NULL)) NOT VALID;
COMMENT ON COLUMN person.held_until IS 'until then no credential or document may change: the phone was replaced lately (V9)';

CREATE TABLE wechat_credential (
    credential_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    appid text NOT NULL,
    openid_sealed bytea NOT NULL,
    -- Keyed hash over app and openid: the same openid in another app is another identity (V10).
    openid_index bytea NOT NULL,
    linked_at timestamptz NOT NULL,
    CONSTRAINT uq__wechat_credential__openid_index UNIQUE (openid_index)
);
CREATE INDEX ix__wechat_credential__person_id ON wechat_credential (person_id);

-- One row per app: the token that all copies share, and the lease of the copy that is fetching the next one.
CREATE TABLE wechat_token (
    appid text PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    token_sealed bytea,
    expires_at timestamptz,
    leased_until timestamptz
) WITH (fillfactor = 50);

CREATE TABLE merge_request (
    request_id uuid PRIMARY KEY,
    applicant_id uuid NOT NULL REFERENCES person,
    -- NULL where nobody holds the claimed document: the applicant is not told so (V6).
    other_id uuid REFERENCES person,
    grounds text NOT NULL,
    -- The credential that was proven, as it was held then; for a claimed identity the index of the document.
    proof_index bytea NOT NULL,
    claim_sealed bytea,
    state text NOT NULL DEFAULT 'pending',
    version bigint NOT NULL DEFAULT 1,
    requested_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid,
    reason_code text,
    CONSTRAINT ck__merge_request__grounds CHECK (grounds IN ('phone', 'wechat', 'identity')),
    CONSTRAINT ck__merge_request__state CHECK (state IN ('pending', 'approved', 'rejected')),
    CONSTRAINT ck__merge_request__decided CHECK ((state = 'pending') = (decided_at IS NULL)),
    CONSTRAINT ck__merge_request__claim CHECK (state = 'pending' OR claim_sealed IS NULL)
);
CREATE UNIQUE INDEX uq__merge_request__applicant_id ON merge_request (applicant_id) WHERE state = 'pending';
CREATE INDEX ix__merge_request__pending ON merge_request (requested_at, request_id) WHERE state = 'pending';
CREATE INDEX ix__merge_request__applicant_id ON merge_request (applicant_id, requested_at DESC);
