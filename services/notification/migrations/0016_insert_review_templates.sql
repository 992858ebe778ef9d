-- Why: units, exam bodies and candidates hear of reviews that wait, of handed-over reviews and of earlier rows (P6, 4.5).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('reviews_waiting', 'zh', 1, '有申报等待审核', '{institution_name} 有 {waiting} 份 {cycle_year} 年度申报提交已满 {days} 天仍未审核，请尽快登录审核。', 'SMS_TIRO_REVIEWS_WAITING'),
    ('reviews_waiting', 'en', 1, 'Declarations wait for your review', 'At {institution_name} {waiting} declarations for {cycle_year} have waited {days} days or longer; please log in and review them.', 'SMS_TIRO_REVIEWS_WAITING'),
    ('reviews_escalated_unit', 'zh', 1, '逾期未审核已上报', '{institution_name} 有 {waiting} 份申报提交已满 {days} 天仍未审核，已通知考试管理机构，请立即处理。', 'SMS_TIRO_REVIEWS_WAITING'),
    ('reviews_escalated_unit', 'en', 1, 'The exam body was told', 'At {institution_name} {waiting} declarations have waited {days} days or longer; the exam body was told. Please review them at once.', 'SMS_TIRO_REVIEWS_WAITING'),
    ('reviews_escalated_body', 'zh', 1, '机构逾期未审核', '{institution_name} 有 {waiting} 份 {cycle_year} 年度申报提交已满 {days} 天仍未审核，请在“逾期未审核”列表中查看并督促。', NULL),
    ('reviews_escalated_body', 'en', 1, 'An institution does not answer', 'At {institution_name} {waiting} declarations for {cycle_year} have waited {days} days or longer; see the list of escalated reviews and urge the institution.', NULL),
    ('reviews_deadline', 'zh', 1, '审核截止日期临近', '距审核截止不足 {days} 天，{institution_name} 还有 {waiting} 份 {cycle_year} 年度申报未审核；截止后无法再审核。', 'SMS_TIRO_REVIEW_DEADLINE'),
    ('reviews_deadline', 'en', 1, 'The review deadline is near', 'Reviews end in less than {days} days and {waiting} declarations for {cycle_year} at {institution_name} are undecided; afterwards nothing can be decided.', 'SMS_TIRO_REVIEW_DEADLINE'),
    ('review_escalated', 'zh', 1, '已通知考试管理机构督促审核', '您的申报 {number} 提交已满 {days} 天，{institution_name} 尚未审核，系统已通知考试管理机构督促；您无需重复提交。', NULL),
    ('review_escalated', 'en', 1, 'The exam body was told of your declaration', '{institution_name} has not reviewed your declaration {number} for {days} days; the exam body was told. You need not submit again.', NULL),
    ('review_assigned', 'zh', 1, '有申报指派给您审核', '{institution_name} 主账号已将申报 {number} 指派给您审核，请及时办理。', NULL),
    ('review_assigned', 'en', 1, 'A review was handed to you', 'The owner of {institution_name} handed you the review of declaration {number}.', NULL),
    ('prior_row_requested', 'zh', 1, '请确认既往试用经历', '{institution_name} 请贵单位确认申报 {number} 中在贵单位的试用经历，请登录核对后确认或说明不实。', 'SMS_TIRO_PRIOR_ROW'),
    ('prior_row_requested', 'en', 1, 'Please confirm an earlier probation', '{institution_name} asks you to confirm the probation at your unit that declaration {number} names; log in, check and answer.', 'SMS_TIRO_PRIOR_ROW'),
    ('prior_row_confirmed', 'zh', 1, '既往试用经历已确认', '{institution_name} 已确认申报 {number} 中的既往试用经历。', NULL),
    ('prior_row_confirmed', 'en', 1, 'Earlier probation confirmed', '{institution_name} confirmed its row of declaration {number}.', NULL),
    ('prior_row_refused', 'zh', 1, '既往试用经历未获确认', '{institution_name} 未确认申报 {number} 中的既往试用经历，该申报已退回考生修改。', NULL),
    ('prior_row_refused', 'en', 1, 'Earlier probation refused', '{institution_name} refused its row of declaration {number}; the declaration went back to the candidate.', NULL),
    ('prior_evidence', 'zh', 1, '需补充既往试用证明', '{institution_name} 要求为申报 {number} 补充既往试用经历的证明，请撤回后上传证明并重新提交，或联系单位。', 'SMS_TIRO_EVIDENCE'),
    ('prior_evidence', 'en', 1, 'Evidence of an earlier probation', '{institution_name} asks for evidence of an earlier probation in declaration {number}; withdraw, upload it and submit again, or contact the unit.', 'SMS_TIRO_EVIDENCE');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.reviews_waiting.v1:reminded', 'institution_admins', 'reviews_waiting', true, true),
    ('declaration.reviews_waiting.v1:escalated', 'institution_admins', 'reviews_escalated_unit', true, true),
    ('declaration.reviews_waiting.v1:escalated', 'filing_body_staff', 'reviews_escalated_body', true, false),
    ('declaration.reviews_waiting.v1:deadline', 'institution_admins', 'reviews_deadline', true, true),
    ('declaration.reviews_waiting.v1:deadline', 'filing_body_staff', 'reviews_deadline', true, false),
    ('declaration.review_escalated.v1', 'candidate', 'review_escalated', true, false),
    ('declaration.review_assigned.v1', 'staff_self', 'review_assigned', true, false),
    ('declaration.prior_row_requested.v1', 'institution_admins', 'prior_row_requested', true, true),
    ('declaration.prior_row_answered.v1:confirmed', 'institution_admins', 'prior_row_confirmed', true, false),
    ('declaration.prior_row_answered.v1:refused', 'institution_admins', 'prior_row_refused', true, false),
    ('declaration.prior_evidence_required.v1', 'candidate', 'prior_evidence', true, true);
