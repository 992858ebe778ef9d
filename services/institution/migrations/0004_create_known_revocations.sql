-- Why: a person whose verification was revoked is bound to no institution any more and can not bind again (4.1, 4.3).
-- Safe online: creates a new table only.

CREATE TABLE known_revoked_person (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    revoked_at timestamptz NOT NULL
);
