-- Why: a notice may go by WeChat, by e-mail and by SMS, the later ones in reserve; who took a delivery is kept with it, and how well providers do is known to every copy of the sender.
-- Safe online: new tables and nullable columns only; the index holds writes up for the second in which it is built; the wider checks are not validated, since every old row meets the narrower ones; old code leaves rows in reserve alone and writes rows without a provider, which are those of the first one.

ALTER TABLE delivery ADD COLUMN IF NOT EXISTS provider text;
ALTER TABLE delivery ADD COLUMN IF NOT EXISTS consent_spent boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN delivery.provider IS 'who it was handed to, written before it was: look-ups and receipts go there; NULL in rows older than this column';
COMMENT ON COLUMN delivery.phone_event IS 'the sealed address as it came in an event: a phone, an openid or an e-mail address, by the channel';
COMMENT ON COLUMN delivery.consent_spent IS 'a consent was taken for it: another try of the same message needs no second one';
ALTER TABLE delivery DROP CONSTRAINT ck__delivery__channel;
ALTER TABLE delivery ADD CONSTRAINT ck__delivery__channel CHECK (channel IN ('sms', 'wechat', 'email')) NOT VALID;
ALTER TABLE delivery DROP CONSTRAINT ck__delivery__state;
ALTER TABLE delivery ADD CONSTRAINT ck__delivery__state CHECK
    (state IN ('reserve', 'waiting', 'pending', 'sending', 'sent', 'unknown', 'failed', 'expired')) NOT VALID;

CREATE INDEX ix__delivery__reserve ON delivery (created_at) WHERE state = 'reserve';

ALTER TABLE known_person ADD COLUMN IF NOT EXISTS openid_event text NOT NULL DEFAULT '';
ALTER TABLE known_person ADD COLUMN IF NOT EXISTS email_event text NOT NULL DEFAULT '';
COMMENT ON COLUMN known_person.openid_event IS 'the sealed field wechat_openid as it came in identity.person_contact_changed.v1; empty: none';
COMMENT ON COLUMN known_person.email_event IS 'the sealed field email as it came in identity.person_contact_changed.v1; empty: none';

ALTER TABLE message_template ADD COLUMN IF NOT EXISTS wechat_template_id text;
ALTER TABLE message_template ADD COLUMN IF NOT EXISTS wechat_fields jsonb;
ALTER TABLE message_template ADD COLUMN IF NOT EXISTS email_subject text;
ALTER TABLE message_template ADD COLUMN IF NOT EXISTS sms_variables text[] NOT NULL DEFAULT '{}';

ALTER TABLE notification_rule ADD COLUMN IF NOT EXISTS wechat boolean NOT NULL DEFAULT false;
ALTER TABLE notification_rule ADD COLUMN IF NOT EXISTS email boolean NOT NULL DEFAULT false;

CREATE TABLE sms_provider (
    name text PRIMARY KEY,
    share integer NOT NULL CONSTRAINT ck__sms_provider__share CHECK (share BETWEEN 0 AND 100),
    changed_at timestamptz NOT NULL,
    judged_at timestamptz NOT NULL
);
COMMENT ON COLUMN sms_provider.share IS 'percent of what reaches this provider in the configured order that it gets; the rest goes to the next one';

CREATE TABLE sms_provider_minute (
    provider text NOT NULL,
    minute timestamptz NOT NULL,
    sends integer NOT NULL,
    errors integer NOT NULL,
    slow integer NOT NULL,
    CONSTRAINT pk__sms_provider_minute__provider_minute PRIMARY KEY (provider, minute)
);

CREATE TABLE wechat_consent (
    person_id uuid NOT NULL,
    template_id text NOT NULL,
    remaining integer NOT NULL CONSTRAINT ck__wechat_consent__remaining CHECK (remaining >= 0),
    answered_at timestamptz NOT NULL,
    CONSTRAINT pk__wechat_consent__person_id_template_id PRIMARY KEY (person_id, template_id)
);

CREATE TABLE channel_preference (
    person_id uuid NOT NULL,
    category text NOT NULL,
    wechat boolean NOT NULL,
    sms boolean NOT NULL,
    email boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT pk__channel_preference__person_id_category PRIMARY KEY (person_id, category)
);
