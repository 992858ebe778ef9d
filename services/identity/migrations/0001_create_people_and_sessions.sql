-- Why: people log in by phone and one-time code; sessions rotate single-use refresh tokens; tokens are signed by keys kept sealed here.
-- Safe online: creates new tables only.

CREATE TABLE person (
    person_id uuid PRIMARY KEY,
    phone_sealed bytea NOT NULL,
    phone_index bytea NOT NULL,
    language text NOT NULL,
    state text NOT NULL DEFAULT 'active',
    -- Counts the events published about this person, of whatever kind: newer replaces older (M7).
    version bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    CONSTRAINT uq__person__phone_index UNIQUE (phone_index),
    CONSTRAINT ck__person__state CHECK (state IN ('active', 'closed')),
    CONSTRAINT ck__person__language CHECK (language IN ('zh', 'en'))
);

-- What happened at one phone number lately, known or not: the limits of V2, V4 and of staff login outlive every code.
CREATE TABLE login_guard (
    phone_index bytea PRIMARY KEY,
    sent_at timestamptz[] NOT NULL DEFAULT '{}',
    wrong_at timestamptz[] NOT NULL DEFAULT '{}',
    staff_failed_at timestamptz[] NOT NULL DEFAULT '{}',
    staff_locked_until timestamptz,
    touched_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX ix__login_guard__touched_at ON login_guard (touched_at);

CREATE TABLE login_challenge (
    challenge_id uuid PRIMARY KEY,
    phone_index bytea NOT NULL,
    purpose text NOT NULL,
    code_mac bytea NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX ix__login_challenge__expires_at ON login_challenge (expires_at);

CREATE TABLE session (
    session_id uuid PRIMARY KEY,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    method text NOT NULL,
    client text NOT NULL,
    opened_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    CONSTRAINT ck__session__subject_kind CHECK (subject_kind IN ('candidate', 'staff')),
    CONSTRAINT ck__session__ended CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX ix__session__subject_id ON session (subject_id, opened_at DESC) WHERE ended_at IS NULL;
CREATE INDEX ix__session__expires_at ON session (expires_at);

CREATE TABLE refresh_token (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    -- The pair this token was exchanged for, sealed, for the few seconds in which a lost answer may be asked for again.
    answer_sealed bytea,
    client_mac bytea NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX ix__refresh_token__session_id ON refresh_token (session_id);
CREATE INDEX ix__refresh_token__answered ON refresh_token (used_at) WHERE answer_sealed IS NOT NULL;

CREATE TABLE signing_key (
    key_id uuid PRIMARY KEY,
    kid text NOT NULL,
    private_sealed bytea NOT NULL,
    public_jwk text NOT NULL,
    not_before timestamptz NOT NULL,
    retire_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT uq__signing_key__kid UNIQUE (kid),
    CONSTRAINT ck__signing_key__life CHECK (retire_at > not_before)
);
