-- Why: exam bodies hear of full-year results (4.6), candidates of a revocation that an exam body decided (4.4).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('full_year_qualified', 'zh', 1, '满一年考核结果已录入', '{institution_name} 已录入 {cycle_year} 年度应届毕业生申报 {number} 的满一年考核结果：合格。', NULL),
    ('full_year_qualified', 'en', 1, 'Full-year result entered', '{institution_name} entered the full-year result of declaration {number} for {cycle_year}: qualified.', NULL),
    ('full_year_unqualified', 'zh', 1, '满一年考核不合格', '{institution_name} 已录入 {cycle_year} 年度应届毕业生申报 {number} 的满一年考核结果：不合格。如已备案，请核实并处理其备案。', NULL),
    ('full_year_unqualified', 'en', 1, 'Full-year result: unqualified', '{institution_name} entered the full-year result of declaration {number} for {cycle_year}: unqualified. If it is filed, decide what becomes of the filing.', NULL),
    ('declaration_revoked_candidate', 'zh', 1, '申报已撤销', '考试管理机构已撤销您 {cycle_year} 年度的申报 {number}，请查看申报详情中的原因；如有异议，请联系考试管理机构。', 'SMS_TIRO_DECLARATION_REVOKED'),
    ('declaration_revoked_candidate', 'en', 1, 'Declaration revoked', 'The exam body revoked your declaration {number} for {cycle_year}; read the reason in the declaration and contact the exam body if you object.', 'SMS_TIRO_DECLARATION_REVOKED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.evaluation_recorded.v1:full_year_qualified', 'candidate', 'evaluated', true, true),
    ('declaration.evaluation_recorded.v1:full_year_qualified', 'filing_body_staff', 'full_year_qualified', true, false),
    ('declaration.evaluation_recorded.v1:full_year_unqualified', 'candidate', 'evaluated', true, true),
    ('declaration.evaluation_recorded.v1:full_year_unqualified', 'filing_body_staff', 'full_year_unqualified', true, false),
    ('declaration.revoked.v1:exam_body', 'candidate', 'declaration_revoked_candidate', true, true),
    ('declaration.revoked.v1:exam_body', 'institution_admins', 'declaration_revoked', true, false);
