-- Why: candidates hear that a declaration lapsed with its year (4.4), and that a person, not the machine, refused their papers (4.1).
-- Safe online: inserts rows only; old code has no event for the first and tells the second by the rule without a case.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('lapsed', 'zh', 1, '申报已随年度结束失效', '{cycle_year} 年度已结束，您在 {institution_name} 的试用期申报未备案，已失效。如继续试用，请在下一年度重新申报。', 'SMS_TIRO_LAPSED'),
    ('lapsed', 'en', 1, 'Your declaration lapsed', 'The exam year {cycle_year} is over and your declaration at {institution_name} was not filed, so it lapsed. If your probation goes on, declare again next year.', 'SMS_TIRO_LAPSED'),
    ('verification_rejected', 'zh', 1, '人工审核未通过', '您提交的身份材料未通过人工审核，请在“实名认证”中查看原因，按提示补正后重新提交。', 'SMS_TIRO_VERIFY_REJECTED'),
    ('verification_rejected', 'en', 1, 'A reviewer refused your papers', 'A reviewer did not accept the identity papers that you handed in; see the reason under identity verification, correct them and hand them in again.', 'SMS_TIRO_VERIFY_REJECTED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.lapsed.v1', 'candidate', 'lapsed', true, false),
    ('identity.verification_failed.v1:reviewer', 'candidate', 'verification_rejected', true, true);
