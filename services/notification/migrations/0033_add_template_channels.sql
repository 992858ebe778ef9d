-- Why: a template says what it is by WeChat and by e-mail too, and a rule says which channels it uses, with a version of its own.
-- Safe online: adds columns with constant defaults to two tables of some hundred rows; old code names its columns and reads none of them.

ALTER TABLE message_template
    ADD COLUMN IF NOT EXISTS wechat_template_id text,
    ADD COLUMN IF NOT EXISTS wechat_fields jsonb,
    ADD COLUMN IF NOT EXISTS email_subject text,
    ADD COLUMN IF NOT EXISTS sms_variables text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN message_template.wechat_fields IS 'field of the subscription message -> text with {placeholders}';
COMMENT ON COLUMN message_template.sms_variables IS 'names of the variables of the SMS template, in order';
UPDATE message_template SET sms_variables = '{code}' WHERE key IN ('login_code', 'staff_invited');

-- Off until a template says something by them; WeChat reaches candidates alone, since who has an openid is a person.
ALTER TABLE notification_rule
    ADD COLUMN IF NOT EXISTS wechat boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS email boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS version bigint NOT NULL DEFAULT 1;
