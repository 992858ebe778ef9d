-- Why: units, exam bodies and candidates hear of reviews that wait (P6).
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
    ('review_escalated', 'en', 1, 'The exam body was told of your declaration', '{institution_name} has not reviewed your declaration {number} for {days} days; the exam body was told. You need not submit again.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.reviews_waiting.v1:reminded', 'institution_admins', 'reviews_waiting', true, true),
    ('declaration.reviews_waiting.v1:escalated', 'institution_admins', 'reviews_escalated_unit', true, true),
    ('declaration.reviews_waiting.v1:escalated', 'filing_body_staff', 'reviews_escalated_body', true, false),
    ('declaration.reviews_waiting.v1:deadline', 'institution_admins', 'reviews_deadline', true, true),
    ('declaration.reviews_waiting.v1:deadline', 'filing_body_staff', 'reviews_deadline', true, false),
    ('declaration.review_escalated.v1', 'candidate', 'review_escalated', true, false);
