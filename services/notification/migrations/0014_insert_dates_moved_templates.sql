-- Why: candidates, units and exam bodies are told that dates of an exam year moved (P16).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('dates_moved', 'zh', 1, '申报时间安排有调整', '{cycle_year} 年度试用期申报时间安排有调整：{moved_zh}。请按新的时间办理。', 'SMS_TIRO_DATES_MOVED'),
    ('dates_moved', 'en', 1, 'Dates have moved', 'Dates of the exam year {cycle_year} have moved: {moved_en}. Please act by the new dates.', 'SMS_TIRO_DATES_MOVED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.cycle_dates_announced.v1', 'candidate', 'dates_moved', true, true),
    ('declaration.cycle_dates_announced.v1', 'institution_admins', 'dates_moved', true, true),
    ('declaration.cycle_dates_announced.v1', 'filing_body_staff', 'dates_moved', true, false);
