-- Why: an exam body reopens one filed declaration; candidate and unit hear, the unit with what it has to do (4.4, 4.7).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('filing_reopened', 'zh', 1, '考试管理机构重新开放了一份备案申报', '考试管理机构已将 {cycle_year} 年的申报 {number} 退出备案并允许考生修改。请在考生重新提交后审核、考核，并用补充名单重新备案。', 'SMS_TIRO_FILING_REOPENED'),
    ('filing_reopened', 'en', 1, 'The exam body reopened a filed declaration', 'The exam body took declaration {number} for {cycle_year} off your accepted list so that the candidate can correct it. Review and evaluate it once it is handed in again, and file it with a supplementary list.', 'SMS_TIRO_FILING_REOPENED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.modification_allowed.v1:reopened', 'candidate', 'unfiled', true, true),
    ('declaration.modification_allowed.v1:reopened', 'institution_admins', 'filing_reopened', true, true);
