-- Why: what providers report of the texts they took, which numbers do not take texts, and what is asked for when no report came (V68).
-- Safe online: creates tables and inserts rows; the wider check is not validated, since every old row meets the narrower one; old code writes none of the new states and leaves those it finds alone.

ALTER TABLE delivery DROP CONSTRAINT ck__delivery__state;
ALTER TABLE delivery ADD CONSTRAINT ck__delivery__state CHECK (state IN
    ('reserve', 'waiting', 'pending', 'sending', 'sent', 'unknown', 'failed', 'expired',
     'delivered', 'undelivered', 'withheld')) NOT VALID;

-- One row per text a provider took. Without `delivery_id` it came before the answer that tells us the serial.
CREATE TABLE receipt (
    provider text NOT NULL CONSTRAINT ck__receipt__provider CHECK (provider IN ('aliyun', 'tencent')),
    serial text NOT NULL,
    delivery_id uuid,
    delivered boolean NOT NULL,
    code text NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT pk__receipt__provider_serial PRIMARY KEY (provider, serial)
);
CREATE INDEX ix__receipt__early ON receipt (received_at) WHERE delivery_id IS NULL;
CREATE INDEX ix__receipt__received_at ON receipt (received_at);

CREATE TABLE receipt_inquiry (
    delivery_id uuid PRIMARY KEY,
    asked integer NOT NULL,
    next_at timestamptz NOT NULL
);

CREATE TABLE unreachable_number (
    number_index bytea PRIMARY KEY,
    reason text NOT NULL,
    noted_at timestamptz NOT NULL
);

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('number_unreachable', 'zh', 1, '手机号无法接收短信', '运营商反馈您登记的手机号无法接收短信，业务通知已改为只在站内显示。请核对手机号，如已更换请在账号设置中更新。', NULL),
    ('number_unreachable', 'en', 1, 'Your number takes no texts', 'The carrier reports that the number you gave takes no texts; notices are shown here only. Check the number, and change it in your account if you have another.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('notification.number_unreachable.v1', 'candidate', 'number_unreachable', true, false);
