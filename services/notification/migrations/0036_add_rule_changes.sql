-- Why: the zone switches channels of a rule on and off; every change is a version with a reason.
-- Safe online: a column with a default for a table of some hundred rows, which is rewritten in milliseconds, and a new table.

ALTER TABLE notification_rule
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD CONSTRAINT uq__notification_rule__id UNIQUE (id);

CREATE TABLE notification_rule_change (
    rule_id uuid NOT NULL,
    version bigint NOT NULL,
    channels_before text[] NOT NULL,
    channels_after text[] NOT NULL,
    reason text NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT pk__notification_rule_change__rule_id_version PRIMARY KEY (rule_id, version)
);
