-- Why: units hear that they may file late and that a cancellation holds; exam bodies see which kind of list came (4.7).
-- Safe online: inserts rows only; old code has no event for them and goes on with the rules without a case.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('late_filing_permitted', 'zh', 1, '已同意补报', '考试管理机构已同意 {institution_name} 逾期报送 {cycle_year} 年度名单 {number}，请尽快盖章上传并报送。', 'SMS_TIRO_LATE_PERMITTED'),
    ('late_filing_permitted', 'en', 1, 'You may file late', 'The exam body lets {institution_name} file list {number} for {cycle_year} after the deadline; seal, upload and hand it in soon.', 'SMS_TIRO_LATE_PERMITTED'),
    ('cancellation_submitted', 'zh', 1, '收到撤销名单', '{institution_name} 报送撤销名单 {number}，拟撤销 {lines} 人的备案，请审核。', 'SMS_TIRO_LIST_SUBMITTED'),
    ('cancellation_submitted', 'en', 1, 'A cancellation was submitted', '{institution_name} submitted list {number}, which takes {lines} people off the filed ones; please review it.', 'SMS_TIRO_LIST_SUBMITTED'),
    ('cancellation_accepted', 'zh', 1, '撤销名单已生效', '撤销名单 {number} 已接受，{lines} 人已退出备案，其申报可修改后通过补充名单重新备案。', 'SMS_TIRO_LIST_ACCEPTED'),
    ('cancellation_accepted', 'en', 1, 'Cancellation accepted', 'Cancellation {number} was accepted: {lines} people are not filed any more; corrected, they can be filed on a supplementary list.', 'SMS_TIRO_LIST_ACCEPTED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.late_filing_permitted.v1', 'institution_admins', 'late_filing_permitted', true, true),
    ('declaration.list_submitted.v1:cancellation', 'filing_body_staff', 'cancellation_submitted', true, true),
    ('declaration.list_accepted.v1:cancellation', 'institution_admins', 'cancellation_accepted', true, true);
