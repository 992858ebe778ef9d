-- Why: how many texts go in a day and a minute, by whom they are caused, which may go at night, and to whom a zone on trial sends at all (V5); and which messages were emptied when their time was over (V57).
-- Safe online: creates tables, inserts rows and adds an empty column; old code does not know them.

CREATE TABLE sms_urgency (
    template_key text PRIMARY KEY,
    class text NOT NULL CONSTRAINT ck__sms_urgency__class CHECK (class IN ('security', 'deadline'))
);
COMMENT ON TABLE sms_urgency IS 'what goes at night: security always, a deadline when its message says one day or less';
INSERT INTO sms_urgency (template_key, class) VALUES
    ('phone_changed', 'security'), ('new_device', 'security'), ('phone_linked', 'security'),
    ('wechat_linked', 'security'), ('wechat_unlinked', 'security'), ('merge_approved', 'security'),
    ('staff_locked', 'security'), ('staff_unlocked', 'security'), ('staff_reset', 'security'),
    ('staff_disabled', 'security'), ('passkey_added', 'security'), ('passkey_removed', 'security'),
    ('passkey_suspected', 'security'), ('totp_removed', 'security'), ('code_guessed', 'security'),
    ('ownership_proposed', 'security'), ('ownership_confirmed', 'security'),
    ('reviews_deadline', 'deadline'), ('full_year_reminder', 'deadline'), ('full_years_missing', 'deadline');

-- `scope`: zone (all texts), codes, notices, service:<name>, event:<type>. `kept_for_codes`: that many of `most` are
-- left to codes. A day is Shanghai's.
CREATE TABLE sms_quota (
    scope text NOT NULL,
    per text NOT NULL CONSTRAINT ck__sms_quota__per CHECK (per IN ('day', 'minute')),
    most integer NOT NULL CONSTRAINT ck__sms_quota__most CHECK (most >= 0),
    kept_for_codes integer NOT NULL DEFAULT 0 CONSTRAINT ck__sms_quota__kept CHECK (kept_for_codes >= 0),
    CONSTRAINT pk__sms_quota__scope_per PRIMARY KEY (scope, per)
);
INSERT INTO sms_quota (scope, per, most, kept_for_codes) VALUES
    ('zone', 'day', 500000, 100000),
    ('codes', 'minute', 3000, 0);

CREATE TABLE sms_use (
    scope text NOT NULL,
    per text NOT NULL,
    began timestamptz NOT NULL,
    used integer NOT NULL,
    CONSTRAINT pk__sms_use__scope_per_began PRIMARY KEY (scope, per, began)
);
CREATE INDEX ix__sms_use__began ON sms_use (began);

-- One row: one zone per deployment.
CREATE TABLE trial_mode (
    id boolean PRIMARY KEY DEFAULT true CONSTRAINT ck__trial_mode__one_row CHECK (id),
    is_on boolean NOT NULL
);
INSERT INTO trial_mode (is_on) VALUES (false);

CREATE TABLE trial_number (
    number_index bytea PRIMARY KEY,
    added_at timestamptz NOT NULL
);

ALTER TABLE message ADD COLUMN purged_at timestamptz;
