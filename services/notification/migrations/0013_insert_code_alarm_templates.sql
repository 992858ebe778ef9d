-- Why: institutions and exam bodies hear that a confirmation code is being guessed (A20, F13).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('code_guessed', 'zh', 1, '单位确认码可能正被猜测', '{minutes} 分钟内有人 {wrong} 次输错 {institution_name} 的单位确认码。如非本单位人员误输，请登录更换确认码；已有绑定不受影响。', 'SMS_TIRO_CODE_GUESSED'),
    ('code_guessed', 'en', 1, 'Confirmation code may be guessed', 'Within {minutes} minutes the confirmation code of {institution_name} was typed wrongly {wrong} times. Unless it was your own people, log in and replace it; existing bindings stay.', 'SMS_TIRO_CODE_GUESSED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('institution.confirmation_code_guessed.v1', 'institution_admins', 'code_guessed', true, true),
    ('institution.confirmation_code_guessed.v1', 'filing_body_staff', 'code_guessed', true, false);
