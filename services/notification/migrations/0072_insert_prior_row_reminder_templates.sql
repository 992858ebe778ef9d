-- Why: an earlier unit that does not answer is reminded, its exam body hears, and in the end candidate and present unit (4.5, P6).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('prior_row_reminded', 'zh', 1, '既往试用经历待贵单位确认', '{institution_name}：申报 {number} 中在贵单位的试用经历已请求确认 {days} 天，尚未答复。请于 {until} 前登录核对后确认或说明不实。', 'SMS_TIRO_PRIOR_ROW_WAITING'),
    ('prior_row_reminded', 'en', 1, 'An earlier probation waits for your answer', '{institution_name} was asked {days} days ago to confirm the probation at your unit that declaration {number} names; log in, check and answer before {until}.', 'SMS_TIRO_PRIOR_ROW_WAITING'),
    ('prior_row_escalated_unit', 'zh', 1, '逾期未答复已上报', '{institution_name}：申报 {number} 中在贵单位的试用经历已请求确认 {days} 天仍未答复，已通知考试管理机构。请于 {until} 前登录答复。', 'SMS_TIRO_PRIOR_ROW_WAITING'),
    ('prior_row_escalated_unit', 'en', 1, 'The exam body was told', '{institution_name} was asked {days} days ago to confirm an earlier probation in declaration {number}; the exam body was told. Please answer before {until}.', 'SMS_TIRO_PRIOR_ROW_WAITING'),
    ('prior_row_escalated_body', 'zh', 1, '机构逾期未答复既往经历确认', '{institution_name} 已 {days} 天未答复申报 {number} 中既往试用经历的确认请求，请督促该单位于 {until} 前答复。', NULL),
    ('prior_row_escalated_body', 'en', 1, 'An institution does not confirm an earlier probation', '{institution_name} has not answered for {days} days whether the earlier probation in declaration {number} is true; please urge it to answer before {until}.', NULL),
    ('prior_request_expired', 'zh', 1, '既往单位未在期限内确认', '{institution_name} 未在期限内确认申报 {number} 中的既往试用经历，该请求已失效。您可以撤回申报，补充该单位盖章的试用证明等材料后重新提交；或请现单位核对证明后确认，或再次请求该单位确认。', 'SMS_TIRO_PRIOR_ROW_EXPIRED'),
    ('prior_request_expired', 'en', 1, 'Your earlier unit did not answer in time', '{institution_name} did not confirm its row of declaration {number} in time, and the request is over. Withdraw, add another proof such as its sealed certificate and submit again; or ask your present unit to check the certificate itself, or to ask again.', 'SMS_TIRO_PRIOR_ROW_EXPIRED'),
    ('prior_request_expired_unit', 'zh', 1, '既往单位未在期限内答复', '{institution_name} 未在期限内答复申报 {number} 中既往试用经历的确认请求。请核对盖章证明后由本单位确认，或要求考生补充材料，或再次请求确认。', NULL),
    ('prior_request_expired_unit', 'en', 1, 'The earlier unit did not answer in time', '{institution_name} did not answer in time about its row of declaration {number}. Check the sealed certificate and decide yourself, ask the candidate for evidence, or ask the unit again.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.prior_row_unanswered.v1:reminded', 'institution_admins', 'prior_row_reminded', true, true),
    ('declaration.prior_row_unanswered.v1:escalated', 'institution_admins', 'prior_row_escalated_unit', true, true),
    ('declaration.prior_row_unanswered.v1:escalated', 'filing_body_staff', 'prior_row_escalated_body', true, false),
    ('declaration.prior_row_request_expired.v1', 'candidate', 'prior_request_expired', true, true),
    ('declaration.prior_row_request_expired.v1', 'institution_admins', 'prior_request_expired_unit', true, false);
