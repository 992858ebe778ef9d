-- Why: candidates hear before their window closes of what they have not submitted, with what is missing (A36).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('draft_unfinished', 'zh', 1, '申报尚未提交', '您 {cycle_year} 年度的试用期申报尚未提交，申报截止 {until}。尚缺：{missing_zh}。逾期不能提交。', 'SMS_TIRO_DRAFT_UNFINISHED'),
    ('draft_unfinished', 'en', 1, 'Your declaration is not submitted', 'Your probation declaration for {cycle_year} is not submitted; the window closes {until}. Still missing: {missing_en}. Afterwards nothing can be submitted.', 'SMS_TIRO_DRAFT_UNFINISHED'),
    ('draft_unfinished_again', 'zh', 1, '申报修改后尚未重新提交', '您 {cycle_year} 年度的试用期申报修改后尚未重新提交，截止 {until}。尚缺：{missing_zh}。逾期不能提交，申报将无法通过审核。', 'SMS_TIRO_DRAFT_UNFINISHED_AGAIN'),
    ('draft_unfinished_again', 'en', 1, 'Your declaration waits to be submitted again', 'Your probation declaration for {cycle_year} waits to be corrected and submitted again until {until}. Still missing: {missing_en}. Afterwards nothing can be submitted or approved.', 'SMS_TIRO_DRAFT_UNFINISHED_AGAIN');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.draft_reminded.v1', 'candidate', 'draft_unfinished', true, true),
    ('declaration.draft_reminded.v1:again', 'candidate', 'draft_unfinished_again', true, true);
