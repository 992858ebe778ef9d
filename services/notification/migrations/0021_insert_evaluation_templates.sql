-- Why: candidates, units and exam bodies hear of registered probations, due evaluations, missing full years and voided certificates (4.6, P12).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('evaluation_registered', 'zh', 1, '试用期已登记', '{institution_name} 已登记您的试用期，自 {started_on} 起。如有误，请联系单位更正。', NULL),
    ('evaluation_registered', 'en', 1, 'Your probation was registered', '{institution_name} registered your probation as beginning on {started_on}. If that is wrong, ask the unit to correct it.', NULL),
    ('evaluations_due', 'zh', 1, '有人员待考核', '{institution_name} 有 {waiting} 人试用期已满一年或备案截止临近，请登录“考核记录”进行考核。', 'SMS_TIRO_EVALUATIONS_DUE'),
    ('evaluations_due', 'en', 1, 'Evaluations are due', 'At {institution_name} {waiting} people have completed their year, or filing ends soon; log in and evaluate them.', 'SMS_TIRO_EVALUATIONS_DUE'),
    ('full_years_missing', 'zh', 1, '应届毕业生满一年考核尚未录入', '{institution_name} 有 {waiting} 名 {cycle_year} 年度应届毕业生尚未录入满一年考核结果，距截止还有 {days} 天；逾期其备案失效，不得参加当年考试。请登录“考核记录”办理。', 'SMS_TIRO_FULL_YEARS'),
    ('full_years_missing', 'en', 1, 'Full-year results are missing', 'At {institution_name} {waiting} fresh graduates of {cycle_year} lack their full-year result; {days} days are left, then their filing lapses. Log in and enter the results.', 'SMS_TIRO_FULL_YEARS'),
    ('full_years_lapsed', 'zh', 1, '试用证明已失效', '{institution_name} 有 {waiting} 名 {cycle_year} 年度应届毕业生未在截止日前录入满一年考核结果，其试用证明和备案已失效。', NULL),
    ('full_years_lapsed', 'en', 1, 'Provisional certificates lapsed', 'At {institution_name} {waiting} fresh graduates of {cycle_year} got no full-year result in time; their provisional certificates and filings lapsed.', NULL),
    ('full_year_reminder', 'zh', 1, '请按时办理满一年考核', '您的申报 {number} 以试用证明备案，满一年考核结果须在 {days} 天内由 {institution_name} 录入，逾期失效。请联系单位办理。', 'SMS_TIRO_FULL_YEAR'),
    ('full_year_reminder', 'en', 1, 'Your full-year result is missing', 'Declaration {number} rests on a provisional certificate; {institution_name} has to enter the full-year result within {days} days, or it lapses. Contact your unit.', 'SMS_TIRO_FULL_YEAR'),
    ('full_year_lapsed', 'zh', 1, '试用证明已失效', '{institution_name} 未在截止日前录入您 {cycle_year} 年度的满一年考核结果，申报 {number} 已失效；如继续试用，请在下一年度重新申报。', 'SMS_TIRO_FULL_YEAR_LAPSED'),
    ('full_year_lapsed', 'en', 1, 'Your provisional certificate lapsed', '{institution_name} entered no full-year result for {cycle_year} in time; declaration {number} lapsed. If your probation goes on, declare again next year.', 'SMS_TIRO_FULL_YEAR_LAPSED'),
    ('evaluation_voided', 'zh', 1, '考核证明已作废', '您的申报 {number} 的考核证明已作废，请查看申报详情中的原因并联系 {institution_name}。', 'SMS_TIRO_VOIDED'),
    ('evaluation_voided', 'en', 1, 'Your certificate was voided', 'The certificate of declaration {number} was voided; read the reason in the declaration and contact {institution_name}.', 'SMS_TIRO_VOIDED'),
    ('evaluation_voided_unit', 'zh', 1, '考试管理机构作废考核证明', '考试管理机构已作废 {institution_name} 申报 {number} 的考核证明，请查看原因并配合处理。', NULL),
    ('evaluation_voided_unit', 'en', 1, 'An exam body voided a certificate', 'The exam body voided the certificate of declaration {number} at {institution_name}; see the reason and act on it.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.probation_registered.v1', 'candidate', 'evaluation_registered', true, false),
    ('declaration.evaluations_waiting.v1:due', 'institution_admins', 'evaluations_due', true, true),
    ('declaration.evaluations_waiting.v1:full_year', 'institution_admins', 'full_years_missing', true, true),
    ('declaration.evaluations_waiting.v1:lapsed', 'institution_admins', 'full_years_lapsed', true, false),
    ('declaration.evaluations_waiting.v1:lapsed', 'filing_body_staff', 'full_years_lapsed', true, false),
    ('declaration.full_year_reminded.v1', 'candidate', 'full_year_reminder', true, true),
    ('declaration.full_year_lapsed.v1', 'candidate', 'full_year_lapsed', true, true),
    ('declaration.evaluation_voided.v1:unit', 'candidate', 'evaluation_voided', true, true),
    ('declaration.evaluation_voided.v1:exam_body', 'candidate', 'evaluation_voided', true, true),
    ('declaration.evaluation_voided.v1:exam_body', 'institution_admins', 'evaluation_voided_unit', true, false);
