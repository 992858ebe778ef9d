-- Why: a code goes to the e-mail address that a person wants notices at, before anything else goes there (A5).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, email_subject) VALUES
    ('email_code', 'zh', 1, '邮箱验证码', '您的邮箱验证码是 {code}，十分钟内有效。请在申请的页面填写，不要告诉任何人；不是您本人操作的，请忽略本邮件。', '邮箱验证码'),
    ('email_code', 'en', 1, 'Code for your e-mail address', 'Your code is {code}; it is valid for ten minutes. Enter it on the page where you asked for it and tell it to nobody. If you did not ask for it, ignore this letter.', 'Code for your e-mail address');

-- The letter alone holds the code: what is in the inbox is no proof of a mailbox.
INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms, email) VALUES
    ('identity.email_code_issued.v1', 'phone', 'email_code', false, false, true);
