-- Why: an earlier unit that does not answer is reminded, its exam body hears, and in the end candidate and present unit (4.5, P6).
-- Safe online: inserts rows only; old code has no event for them.

-- A letter says what the inbox says, and goes on with what to do next.
INSERT INTO message_template (key, language, version, title, body, sms_code, wechat_fields, email_subject, email_body)
SELECT n.key, n.language, 1, n.title, n.body, n.sms_code, n.wechat_fields::jsonb, n.title, n.body || E'\n' || n.next
FROM (VALUES
    ('prior_row_reminded', 'zh', '既往试用经历待贵单位确认', '{institution_name}：申报 {number} 中在贵单位的试用经历已请求确认 {days} 天，尚未答复。请于 {until} 前登录核对后确认或说明不实。', 'SMS_TIRO_PRIOR_ROW_WAITING', NULL, '请打开待确认的既往经历，对照本单位的人事和考勤记录核对起止日期后答复；不符的请说明原因。超过期限将不能再答复。'),
    ('prior_row_reminded', 'en', 'An earlier probation waits for your answer', '{institution_name} was asked {days} days ago to confirm the probation at your unit that declaration {number} names; log in, check and answer before {until}.', 'SMS_TIRO_PRIOR_ROW_WAITING', NULL, 'Open the row, compare its dates with your own records of staff and attendance, and confirm it or say what is not true. After the last day it can not be answered any more.'),
    ('prior_row_escalated_unit', 'zh', '逾期未答复已上报', '{institution_name}：申报 {number} 中在贵单位的试用经历已请求确认 {days} 天仍未答复，已通知考试管理机构。请于 {until} 前登录答复。', 'SMS_TIRO_PRIOR_ROW_WAITING', NULL, '请尽快打开待确认的既往经历，核对后确认或说明不实；期限过后请求失效，由申报人现单位自行处理。'),
    ('prior_row_escalated_unit', 'en', 'The exam body was told', '{institution_name} was asked {days} days ago to confirm an earlier probation in declaration {number}; the exam body was told. Please answer before {until}.', 'SMS_TIRO_PRIOR_ROW_WAITING', NULL, 'Open the row soon and confirm it or say what is not true; after the last day the request is over and the present unit goes on without you.'),
    ('prior_row_escalated_body', 'zh', '机构逾期未答复既往经历确认', '{institution_name} 已 {days} 天未答复申报 {number} 中既往试用经历的确认请求，请督促该单位于 {until} 前答复。', NULL, NULL, '系统已再次提醒该单位，您无需在系统中操作；请直接联系其负责人。未答复的，期限过后请求失效，由申报人现单位自行处理。'),
    ('prior_row_escalated_body', 'en', 'An institution does not confirm an earlier probation', '{institution_name} has not answered for {days} days whether the earlier probation in declaration {number} is true; please urge it to answer before {until}.', NULL, NULL, 'The unit was reminded again and you need not do anything here; speak to who is responsible there. If it does not answer, the request is over after the last day and the present unit goes on without it.'),
    ('prior_request_expired', 'zh', '既往单位未在期限内确认', '{institution_name} 未在期限内确认申报 {number} 中的既往试用经历，该请求已失效。您可以撤回申报，补充该单位盖章的试用证明等材料后重新提交；或请现单位核对证明后确认，或再次请求该单位确认。', 'SMS_TIRO_PRIOR_ROW_EXPIRED', '{"character_string1": "{number}", "thing2": "{institution_name}", "phrase3": "逾期未答", "thing4": "请补充证明或请现单位核对确认"}', '重新提交须在申报截止前完成，截止时间以申报页面显示的为准；不清楚需要什么材料的，请直接联系现单位。'),
    ('prior_request_expired', 'en', 'Your earlier unit did not answer in time', '{institution_name} did not confirm its row of declaration {number} in time, and the request is over. Withdraw, add another proof such as its sealed certificate and submit again; or ask your present unit to check the certificate itself, or to ask again.', 'SMS_TIRO_PRIOR_ROW_EXPIRED', '{"character_string1": "{number}", "thing2": "{institution_name}", "phrase3": "逾期未答", "thing4": "Add another proof"}', 'Submit again before the window closes; the page shows until when. If it is unclear what is needed, ask your present unit.'),
    ('prior_request_expired_unit', 'zh', '既往单位未在期限内答复', '{institution_name} 未在期限内答复申报 {number} 中既往试用经历的确认请求。请核对盖章证明后由本单位确认，或要求考生补充材料，或再次请求确认。', NULL, NULL, '在您决定之前，该段经历仍为待确认，申报不能审核通过。请在审核截止前处理。'),
    ('prior_request_expired_unit', 'en', 'The earlier unit did not answer in time', '{institution_name} did not answer in time about its row of declaration {number}. Check the sealed certificate and decide yourself, ask the candidate for evidence, or ask the unit again.', NULL, NULL, 'Until you decide, the row stays open and the declaration can not be approved. Do so before reviews end.')
) AS n (key, language, title, body, sms_code, wechat_fields, next);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms, wechat, email) VALUES
    ('declaration.prior_row_unanswered.v1:reminded', 'institution_admins', 'prior_row_reminded', true, true, false, false),
    ('declaration.prior_row_unanswered.v1:escalated', 'institution_admins', 'prior_row_escalated_unit', true, true, false, false),
    ('declaration.prior_row_unanswered.v1:escalated', 'filing_body_staff', 'prior_row_escalated_body', true, false, false, false),
    ('declaration.prior_row_request_expired.v1', 'candidate', 'prior_request_expired', true, true, true, true),
    ('declaration.prior_row_request_expired.v1', 'institution_admins', 'prior_request_expired_unit', true, false, false, false);
