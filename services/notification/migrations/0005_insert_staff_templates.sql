-- Why: holders hear of what happens to their accounts, both parties and the exam body of a transfer of ownership (4.8, P15).
-- Safe online: inserts rows and widens a check of a table of a few dozen rows; old code has no event for the new rows.

ALTER TABLE notification_rule DROP CONSTRAINT ck__notification_rule__audience;
ALTER TABLE notification_rule ADD CONSTRAINT ck__notification_rule__audience CHECK (audience IN
    ('candidate', 'institution_admins', 'filing_body_staff', 'staff_self', 'from_staff', 'to_staff', 'phone'));

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('staff_locked', 'zh', 1, '账号已锁定', '您的管理账号因多次登录失败被临时锁定，到时可重新登录。如非本人操作，请联系上级管理员。', 'SMS_TIRO_STAFF_LOCKED'),
    ('staff_locked', 'en', 1, 'Account locked', 'Your staff account was locked for a while after failed logins; log in again later. If that was not you, tell your superior.', 'SMS_TIRO_STAFF_LOCKED'),
    ('staff_unlocked', 'zh', 1, '账号已解锁', '您的管理账号已解锁，可以重新登录。', 'SMS_TIRO_STAFF_UNLOCKED'),
    ('staff_unlocked', 'en', 1, 'Account unlocked', 'Your staff account is unlocked; you can log in again.', 'SMS_TIRO_STAFF_UNLOCKED'),
    ('staff_reset', 'zh', 1, '动态口令已重置', '您的管理账号的动态口令已被上级重置，请凭新的邀请码重新设置。如您未申请重置，请立即联系上级管理员。', 'SMS_TIRO_STAFF_RESET'),
    ('staff_reset', 'en', 1, 'Second factor reset', 'Your superior reset the second factor of your staff account; set it up anew with the new invitation. If you did not ask for it, tell your superior at once.', 'SMS_TIRO_STAFF_RESET'),
    ('staff_disabled', 'zh', 1, '账号已停用', '您的管理账号已停用。如有疑问，请联系上级管理员。', 'SMS_TIRO_STAFF_DISABLED'),
    ('staff_disabled', 'en', 1, 'Account disabled', 'Your staff account was disabled. If you have questions, ask your superior.', 'SMS_TIRO_STAFF_DISABLED'),
    ('ownership_proposed', 'zh', 1, '主账号移交已提出', '{institution_name} 的主账号移交已提出，请新负责人登录确认接受。如非本单位意愿，请立即联系考试管理机构。', 'SMS_TIRO_OWNER_PROPOSED'),
    ('ownership_proposed', 'en', 1, 'Transfer of ownership proposed', 'A transfer of the ownership of {institution_name} was proposed; the successor is to log in and accept it. If nobody there wants it, tell your exam body at once.', 'SMS_TIRO_OWNER_PROPOSED'),
    ('ownership_accepted', 'zh', 1, '主账号移交待确认', '{institution_name} 的主账号移交已由新负责人接受，等待考试管理机构确认。', 'SMS_TIRO_OWNER_ACCEPTED'),
    ('ownership_accepted', 'en', 1, 'Transfer of ownership to confirm', 'The successor accepted the ownership of {institution_name}; the exam body is to confirm it.', 'SMS_TIRO_OWNER_ACCEPTED'),
    ('ownership_confirmed', 'zh', 1, '主账号移交已完成', '{institution_name} 的主账号已移交，请重新登录。', 'SMS_TIRO_OWNER_CONFIRMED'),
    ('ownership_confirmed', 'en', 1, 'Ownership transferred', 'The ownership of {institution_name} has changed hands; log in again.', 'SMS_TIRO_OWNER_CONFIRMED'),
    ('ownership_cancelled', 'zh', 1, '主账号移交已取消', '{institution_name} 的主账号移交已由原负责人取消。', 'SMS_TIRO_OWNER_CANCELLED'),
    ('ownership_cancelled', 'en', 1, 'Transfer of ownership cancelled', 'The owner cancelled the transfer of the ownership of {institution_name}.', 'SMS_TIRO_OWNER_CANCELLED'),
    ('ownership_declined', 'zh', 1, '主账号移交被谢绝', '{institution_name} 的主账号移交未被新负责人接受，可另行指定负责人。', 'SMS_TIRO_OWNER_DECLINED'),
    ('ownership_declined', 'en', 1, 'Transfer of ownership declined', 'The successor declined the ownership of {institution_name}; the owner can name another.', 'SMS_TIRO_OWNER_DECLINED'),
    ('ownership_rejected', 'zh', 1, '主账号移交未通过', '{institution_name} 的主账号移交未获考试管理机构确认，请登录查看原因。', 'SMS_TIRO_OWNER_REJECTED'),
    ('ownership_rejected', 'en', 1, 'Transfer of ownership rejected', 'The exam body did not confirm the transfer of the ownership of {institution_name}; log in to see why.', 'SMS_TIRO_OWNER_REJECTED');

-- Whoever is not the one acting hears by SMS too; a disabled account can read nothing in the app.
INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('identity.staff_changed.v1:lock', 'staff_self', 'staff_locked', true, true),
    ('identity.staff_changed.v1:unlock', 'staff_self', 'staff_unlocked', true, true),
    ('identity.staff_changed.v1:reset', 'staff_self', 'staff_reset', true, true),
    ('identity.staff_changed.v1:disable', 'staff_self', 'staff_disabled', false, true),
    ('identity.ownership_transfer_changed.v1:proposed', 'from_staff', 'ownership_proposed', true, true),
    ('identity.ownership_transfer_changed.v1:proposed', 'to_staff', 'ownership_proposed', true, true),
    ('identity.ownership_transfer_changed.v1:proposed', 'filing_body_staff', 'ownership_proposed', true, false),
    ('identity.ownership_transfer_changed.v1:accepted', 'from_staff', 'ownership_accepted', true, true),
    ('identity.ownership_transfer_changed.v1:accepted', 'to_staff', 'ownership_accepted', true, false),
    ('identity.ownership_transfer_changed.v1:accepted', 'filing_body_staff', 'ownership_accepted', true, true),
    ('identity.ownership_transfer_changed.v1:confirmed', 'from_staff', 'ownership_confirmed', true, true),
    ('identity.ownership_transfer_changed.v1:confirmed', 'to_staff', 'ownership_confirmed', true, true),
    ('identity.ownership_transfer_changed.v1:confirmed', 'filing_body_staff', 'ownership_confirmed', true, false),
    ('identity.ownership_transfer_changed.v1:cancelled', 'from_staff', 'ownership_cancelled', true, false),
    ('identity.ownership_transfer_changed.v1:cancelled', 'to_staff', 'ownership_cancelled', true, true),
    ('identity.ownership_transfer_changed.v1:cancelled', 'filing_body_staff', 'ownership_cancelled', true, false),
    ('identity.ownership_transfer_changed.v1:declined', 'from_staff', 'ownership_declined', true, true),
    ('identity.ownership_transfer_changed.v1:declined', 'to_staff', 'ownership_declined', true, false),
    ('identity.ownership_transfer_changed.v1:declined', 'filing_body_staff', 'ownership_declined', true, false),
    ('identity.ownership_transfer_changed.v1:rejected', 'from_staff', 'ownership_rejected', true, true),
    ('identity.ownership_transfer_changed.v1:rejected', 'to_staff', 'ownership_rejected', true, true),
    ('identity.ownership_transfer_changed.v1:rejected', 'filing_body_staff', 'ownership_rejected', true, false);
