-- Why: people see from where and on which device they are logged in (V20), prove themselves anew for sensitive acts (V9, V19), and pumping of SMS is noticed (V5).
-- Safe online: adds nullable columns and creates new tables only.

ALTER TABLE session ADD COLUMN address_masked text, ADD COLUMN proven_at timestamptz;
COMMENT ON COLUMN session.proven_at IS 'when the holder of the phone was last proven by a code in this session';

CREATE TABLE known_device (
    subject_id uuid NOT NULL,
    device_mac bytea NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    CONSTRAINT pk__known_device__subject_id_device_mac PRIMARY KEY (subject_id, device_mac)
) WITH (fillfactor = 80);
CREATE INDEX ix__known_device__last_seen_at ON known_device (last_seen_at);

-- Codes sent and codes redeemed, counted in slots of ten minutes. Several lanes a slot, so that logins do not queue up
-- behind one row; a transaction counts in the lane of its connection.
CREATE TABLE login_traffic (
    slot timestamptz NOT NULL,
    lane smallint NOT NULL,
    sent integer NOT NULL DEFAULT 0,
    redeemed integer NOT NULL DEFAULT 0,
    CONSTRAINT pk__login_traffic__slot_lane PRIMARY KEY (slot, lane)
) WITH (fillfactor = 50);
