-- Why: who approved first hears that the second reviewer of the unit disagrees.
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('first_approval_opposed', 'zh', 1, '复核未同意您的初审意见', '{institution_name} 复核人员不同意您对申报 {number} 的初审意见，该申报已回到待审核队列；理由见该申报的内部备注，请核对后重新审核。', NULL),
    ('first_approval_opposed', 'en', 1, 'The second reviewer disagrees', 'At {institution_name} the second reviewer disagrees with your approval of declaration {number}; it is back in the queue. Read the note among reviewers and review it again.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.first_approval_opposed.v1', 'staff_self', 'first_approval_opposed', true, false);
