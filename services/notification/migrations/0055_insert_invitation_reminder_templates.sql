-- Why: who invited, and who was invited, hear before an invitation to a staff account ends for good (4.8).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('invitation_unanswered', 'zh', 1, '账号邀请即将到期', '{institution_name} 的一个管理账号邀请尚未接受，{until} 到期。请在“账号管理”中找到待接受的账号，点击“重新发送邀请”获取新的邀请码；到期后须重新发起邀请。', 'SMS_TIRO_INVITATION_UNANSWERED'),
    ('invitation_unanswered', 'en', 1, 'An invitation ends soon', 'An invitation to a staff account of {institution_name} was not accepted and ends {until}. Find the waiting account under staff accounts and send the invitation again for a new code; afterwards the person must be invited anew.', 'SMS_TIRO_INVITATION_UNANSWERED'),
    ('invitation_ending', 'zh', 1, '您的账号邀请即将到期', '您在 {institution_name} 的管理账号邀请将于 {until} 到期，请凭邀请短信激活；邀请码失效的，请联系邀请人重新发送。', 'SMS_TIRO_INVITATION_ENDING'),
    ('invitation_ending', 'en', 1, 'Your invitation ends soon', 'Your invitation to a staff account of {institution_name} ends {until}; accept it with the code you got by SMS, or ask who invited you to send a new one.', 'SMS_TIRO_INVITATION_ENDING');

-- The invited can not read in the app yet.
INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('identity.staff_invitation_ending.v1', 'from_staff', 'invitation_unanswered', true, true),
    ('identity.staff_invitation_ending.v1', 'filing_body_staff', 'invitation_unanswered', true, false),
    ('identity.staff_invitation_ending.v1', 'staff_self', 'invitation_ending', false, true);
