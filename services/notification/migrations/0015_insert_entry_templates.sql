-- Why: people are told what their institution entered for them, and institutions who did not take it over (B3).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('record_entered', 'zh', 1, '单位为您录入了申报记录', '{institution_name} 为您录入了 {cycle_year} 年试用期申报记录，请核对、补充后提交确认；内容不属实的，可说明原因不予认可。未经您确认不会提交。', 'SMS_TIRO_RECORD_ENTERED'),
    ('record_entered', 'en', 1, 'Your unit entered a record for you', '{institution_name} entered a declaration of {cycle_year} for you. Check and complete it, then submit it to confirm; or decline it with a reason. Nothing is submitted without you.', 'SMS_TIRO_RECORD_ENTERED'),
    ('entry_declined', 'zh', 1, '录入的记录未获本人认可', '一名人员未认可本单位录入的 {cycle_year} 年申报记录，请在录入列表中查看原因；其将自行申报。', NULL),
    ('entry_declined', 'en', 1, 'An entered record was declined', 'A person declined the {cycle_year} record your unit entered; see the reason in the list of entries. The person declares alone.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.entered.v1', 'candidate', 'record_entered', true, true),
    ('declaration.entry_declined.v1', 'institution_admins', 'entry_declined', true, false);
