-- Why: one device, or one address, that serves several candidates or a candidate and an admin is a signal (F7). Kept as the
-- keyed hashes that identity tells; who they are of is forgotten with the account, and 400 days after they were seen.
-- Safe online: a new table, and a new version of the thresholds that has F7 beside what the zone has set.

CREATE TABLE risk_device (
    subject_id uuid NOT NULL,
    used text NOT NULL,
    mac bytea NOT NULL,
    is_staff boolean NOT NULL,
    holder_id uuid,
    seen_at timestamptz NOT NULL,
    CONSTRAINT pk__risk_device__subject_id_used_mac PRIMARY KEY (subject_id, used, mac),
    CONSTRAINT ck__risk_device__used CHECK (used IN ('device', 'address'))
);
CREATE INDEX ix__risk_device__mac_used ON risk_device (mac, used);
CREATE INDEX ix__risk_device__seen_at ON risk_device (seen_at);

INSERT INTO risk_thresholds (version, settings, reason, set_by, set_at)
SELECT version + 1,
       settings || '{"F7": {"enabled": true, "limits": {"points": 50, "people": 3, "address_people": 20}}}'::jsonb,
       '新增规则 F7 / rule F7 added', '00000000-0000-0000-0000-000000000000', now()
FROM risk_thresholds ORDER BY version DESC LIMIT 1;
