-- Why: what supervisors say of a probation, signed off by themselves where the unit asks for it (4.6, 5.3).
-- Safe online: creates a new table only.

CREATE TABLE supervisor_opinion (
    id uuid PRIMARY KEY,
    evaluation_id uuid NOT NULL REFERENCES evaluation (id),
    supervisor_id uuid NOT NULL,
    version bigint NOT NULL,
    opinion bytea NOT NULL,
    written_by uuid NOT NULL,
    written_at timestamptz NOT NULL,
    sign_check bytea,
    sign_until timestamptz,
    signed_by uuid,
    signed_at timestamptz,
    CONSTRAINT uq__supervisor_opinion__evaluation_id_supervisor_id UNIQUE (evaluation_id, supervisor_id),
    CONSTRAINT ck__supervisor_opinion__signed CHECK ((signed_by IS NULL) = (signed_at IS NULL))
);
