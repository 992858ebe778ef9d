-- Why: people hear of new devices, changed credentials, a changed phone (at the old number), and decided merges (A5, V9, V20).
-- Safe online: inserts rows only.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('new_device', 'zh', 1, '新设备登录', '您的账号在新的设备（{client}）上登录。如非本人操作，请立即在“登录记录”中结束该登录。', NULL),
    ('new_device', 'en', 1, 'Login on a new device', 'Your account was used on a new device ({client}). If that was not you, end that session at once.', NULL),
    ('wechat_linked', 'zh', 1, '已绑定微信', '您的账号绑定了一个微信。如非本人操作，请立即解除并更换手机号。', NULL),
    ('wechat_linked', 'en', 1, 'WeChat linked', 'A WeChat account was linked to yours. If that was not you, remove it at once.', NULL),
    ('wechat_unlinked', 'zh', 1, '已解除微信绑定', '您的账号解除了一个微信的绑定。', NULL),
    ('wechat_unlinked', 'en', 1, 'WeChat removed', 'A WeChat account was removed from yours.', NULL),
    ('phone_linked', 'zh', 1, '已绑定手机号', '您的账号绑定了手机号，以后可以用手机号登录并接收通知。', NULL),
    ('phone_linked', 'en', 1, 'Phone linked', 'A phone was linked to your account; you can log in with it and will be told by SMS.', NULL),
    ('phone_changed', 'zh', 1, '手机号已更换', '您的账号更换了手机号。如非本人操作，请立即联系考试管理机构。', 'SMS_TIRO_PHONE_CHANGED'),
    ('phone_changed', 'en', 1, 'Phone changed', 'The phone of your account was changed. If that was not you, contact your exam body at once.', 'SMS_TIRO_PHONE_CHANGED'),
    ('merge_approved', 'zh', 1, '账号合并已通过', '您的两个账号已合并，原来的登录方式均可继续使用。', 'SMS_TIRO_MERGED'),
    ('merge_approved', 'en', 1, 'Accounts merged', 'Your two accounts are one now; all ways to log in go on working.', 'SMS_TIRO_MERGED'),
    ('merge_rejected', 'zh', 1, '账号合并未通过', '您的账号合并申请未通过，请在个人中心查看原因。', NULL),
    ('merge_rejected', 'en', 1, 'Accounts not merged', 'Your request to merge accounts was rejected; see the reason in your account.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('identity.new_device_seen.v1:person', 'candidate', 'new_device', true, false),
    ('identity.new_device_seen.v1:staff', 'staff_self', 'new_device', true, false),
    ('identity.credential_changed.v1:wechat_linked', 'candidate', 'wechat_linked', true, false),
    ('identity.credential_changed.v1:wechat_unlinked', 'candidate', 'wechat_unlinked', true, false),
    ('identity.credential_changed.v1:phone_linked', 'candidate', 'phone_linked', true, false),
    ('identity.phone_changed.v1', 'phone', 'phone_changed', false, true),
    ('identity.merge_decided.v1:approved', 'candidate', 'merge_approved', true, true),
    ('identity.merge_decided.v1:rejected', 'candidate', 'merge_rejected', true, false);
