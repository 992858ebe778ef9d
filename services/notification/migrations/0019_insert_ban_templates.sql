-- Why: people who are barred from declaring, or no longer, are told (R29).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('ban_imposed', 'zh', 1, '您已被限制报考', '考区已限制您报考医师资格考试。请在个人中心查看原因和截止日期；如有异议，请联系考试管理机构。', 'SMS_TIRO_BANNED'),
    ('ban_imposed', 'en', 1, 'You are barred from the exam', 'The exam zone barred you from the licensing exam. See the reason and the last day in your personal centre; if you object, contact your exam body.', 'SMS_TIRO_BANNED'),
    ('ban_lifted', 'zh', 1, '报考限制已解除', '考区已解除对您的报考限制，您可以按规定申报。', 'SMS_TIRO_BAN_LIFTED'),
    ('ban_lifted', 'en', 1, 'You are no longer barred', 'The exam zone lifted what barred you from the exam; you may declare again under the rules.', 'SMS_TIRO_BAN_LIFTED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.ban_changed.v1:imposed', 'candidate', 'ban_imposed', true, true),
    ('declaration.ban_changed.v1:lifted', 'candidate', 'ban_lifted', true, true);
