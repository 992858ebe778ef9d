-- Why: holders of staff accounts hear of every second factor that is added, removed or suspected to have been copied (V11).
-- Safe online: inserts rows only.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('passkey_added', 'zh', 1, '已登记通行密钥', '您的管理账号登记了一个新的通行密钥。如非本人操作，请立即移除该通行密钥，并联系上级管理员。', 'SMS_TIRO_PASSKEY_ADDED'),
    ('passkey_added', 'en', 1, 'Passkey registered', 'A new passkey was registered for your staff account. If that was not you, remove it at once and tell your superior.', 'SMS_TIRO_PASSKEY_ADDED'),
    ('passkey_removed', 'zh', 1, '已移除通行密钥', '您的管理账号移除了一个通行密钥。如非本人操作，请立即联系上级管理员。', NULL),
    ('passkey_removed', 'en', 1, 'Passkey removed', 'A passkey was removed from your staff account. If that was not you, tell your superior at once.', NULL),
    ('passkey_suspected', 'zh', 1, '通行密钥已停止使用', '您的一个通行密钥可能已被复制，系统已停止接受。请用其他方式登录后移除并重新登记；如无其他方式，请联系上级重置。', 'SMS_TIRO_PASSKEY_SUSPECTED'),
    ('passkey_suspected', 'en', 1, 'Passkey not accepted any more', 'There may be a copy of one of your passkeys, so it is not accepted any more. Log in another way, remove it and register a new one; without another way ask your superior to reset your second factor.', 'SMS_TIRO_PASSKEY_SUSPECTED'),
    ('totp_removed', 'zh', 1, '已停用动态口令', '您的管理账号停用了动态口令，今后须使用通行密钥登录。如非本人操作，请立即联系上级管理员。', 'SMS_TIRO_TOTP_REMOVED'),
    ('totp_removed', 'en', 1, 'Time-based codes given up', 'Time-based codes were given up for your staff account; from now on it needs a passkey. If that was not you, tell your superior at once.', 'SMS_TIRO_TOTP_REMOVED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('identity.staff_factor_changed.v1:passkey_added', 'staff_self', 'passkey_added', true, true),
    ('identity.staff_factor_changed.v1:passkey_removed', 'staff_self', 'passkey_removed', true, false),
    ('identity.staff_factor_changed.v1:passkey_suspected', 'staff_self', 'passkey_suspected', true, true),
    ('identity.staff_factor_changed.v1:totp_removed', 'staff_self', 'totp_removed', true, true);
