-- Why: whoever is taken off an accepted list hears that the filing is gone, and not only that he may modify (4.4, 4.7).
-- Safe online: inserts rows only; old code tells such an event by the rule that has no case.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('unfiled', 'zh', 1, '申报已退出备案', '您 {cycle_year} 年的试用期申报 {number} 已退出备案，不能凭原备案报名。请查看原因，修改后重新提交，由单位重新备案。', 'SMS_TIRO_UNFILED'),
    ('unfiled', 'en', 1, 'Your filing was taken back', 'Declaration {number} for {cycle_year} is not filed any more; you can not register on the former filing. See the reason, correct and resubmit it, so that your institution can file it again.', 'SMS_TIRO_UNFILED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.modification_allowed.v1:filed', 'candidate', 'unfiled', true, true);
