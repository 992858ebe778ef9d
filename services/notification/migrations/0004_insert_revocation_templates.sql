-- Why: candidate and unit are told of a revocation (4.1, 4.4).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('person_revoked', 'zh', 1, '实名认证已撤销', '您的实名认证已被撤销，未办结的申报同时撤销。请在个人中心查看原因；如有异议，请联系考试管理机构。', 'SMS_TIRO_REVOKED'),
    ('person_revoked', 'en', 1, 'Verification revoked', 'Your identity verification was revoked, and open declarations with it. See the reason in your personal centre; if you object, contact your exam body.', 'SMS_TIRO_REVOKED'),
    ('declaration_revoked', 'zh', 1, '申报已撤销', '{cycle_year} 年的申报 {number} 已被撤销，请勿再将其列入名单。', NULL),
    ('declaration_revoked', 'en', 1, 'Declaration revoked', 'Declaration {number} for {cycle_year} was revoked; do not put it on a list any more.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('identity.person_revoked.v1', 'candidate', 'person_revoked', true, true),
    ('declaration.revoked.v1', 'institution_admins', 'declaration_revoked', true, false);
