-- Why: what a quota holds stands in a row, and a notice is given up by how long its fate is unknown, not by when it was made (V5, M10); the person reads how the mark of a number is lifted (V68).
-- Safe online: adds empty columns and inserts rows; old code leaves them empty, and what it leaves so is taken as before.

ALTER TABLE delivery
    ADD COLUMN held_by text,
    ADD COLUMN unknown_since timestamptz;
COMMENT ON COLUMN delivery.held_by IS 'the quota, scope/per, in whose row it waits';

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('number_unreachable', 'zh', 2, '手机号无法接收短信', '运营商反馈您登记的手机号无法接收短信，业务通知已改为只在站内显示。请核对手机号，如已更换请在账号设置中更新；如号码无误，请联系运营商解除短信限制，再用该号码获取一次登录验证码，收到后短信通知自动恢复。', NULL),
    ('number_unreachable', 'en', 2, 'Your number takes no texts', 'The carrier reports that the number you gave takes no texts; notices are shown here only. Check the number, and change it in your account if you have another. If it is right, ask the carrier to let texts through, then ask for a login code: once one arrives, notices go by text again.', NULL);
