-- Why: requests without a code, bindings that follow their institution, ends that were taken back, and recorded starts are told (4.3, B17).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('binding_requested', 'zh', 1, '新的绑定申请', '有人申请绑定到 {institution_name}，请在绑定申请中确认或拒绝。', NULL),
    ('binding_requested', 'en', 1, 'New request to be bound', 'Somebody asks to be bound to {institution_name}; confirm or refuse it among the requests.', NULL),
    ('binding_refused', 'zh', 1, '绑定申请未通过', '{institution_name} 未通过您的绑定申请，请在绑定记录中查看原因。', 'SMS_TIRO_BINDING_REFUSED'),
    ('binding_refused', 'en', 1, 'Request refused', '{institution_name} refused your request to be bound; see the reason among your bindings.', 'SMS_TIRO_BINDING_REFUSED'),
    ('binding_expired', 'zh', 1, '绑定申请已过期', '{institution_name} 未在期限内处理您的绑定申请，申请已过期；请联系单位索取确认码，或重新申请。', 'SMS_TIRO_BINDING_EXPIRED'),
    ('binding_expired', 'en', 1, 'Request expired', '{institution_name} did not decide on your request in time; ask it for its code, or request again.', 'SMS_TIRO_BINDING_EXPIRED'),
    ('binding_thawed', 'zh', 1, '工作单位已恢复', '{institution_name} 已恢复办理业务，您的绑定重新有效。', NULL),
    ('binding_thawed', 'en', 1, 'Work unit resumed', '{institution_name} acts again; your binding is in force.', NULL),
    ('binding_restored', 'zh', 1, '绑定保持有效', '您与 {institution_name} 的绑定保持有效：解除或变更与您的申报同时发生，以已提交的申报为准。如需更换单位，请先撤回申报或联系单位。', 'SMS_TIRO_BINDING_KEPT'),
    ('binding_restored', 'en', 1, 'Your binding stays', 'You stay bound to {institution_name}: the unit was left in the same moment in which you declared, and what was declared stands. Withdraw the declaration first to leave.', 'SMS_TIRO_BINDING_KEPT'),
    ('binding_restored_unit', 'zh', 1, '一名人员的绑定保持有效', '一名人员解除与本单位绑定时，其申报已提交本单位，绑定保持有效；请先审核或退回该申报。', NULL),
    ('binding_restored_unit', 'en', 1, 'A person stays bound', 'A person left your unit in the same moment in which a declaration was handed in to you, so the binding stays; decide on the declaration first.', NULL),
    ('binding_moved', 'zh', 1, '工作单位已合并', '原单位已并入其他单位，您现绑定到 {institution_name}。', 'SMS_TIRO_BINDING_MOVED'),
    ('binding_moved', 'en', 1, 'Your work unit was merged', 'Your former unit was merged; you are now bound to {institution_name}.', 'SMS_TIRO_BINDING_MOVED'),
    ('binding_undone', 'zh', 1, '绑定变更未生效', '与 {institution_name} 的绑定未生效：变更时已有申报提交原单位，以申报为准。', NULL),
    ('binding_undone', 'en', 1, 'A change of unit was taken back', 'The binding to {institution_name} does not hold: a declaration had been handed in to the former unit, and it stands.', NULL),
    ('submitted_unregistered', 'zh', 1, '新的申报待审核（未提前登记）', '收到新的试用期申报 {number}；其试用期开始时未登记或与登记不符，请核对实际上岗时间后审核。', NULL),
    ('submitted_unregistered', 'en', 1, 'New declaration, not registered early', 'Declaration {number} waits for your review; its probation was not registered when it began, or otherwise. Check when it really began.', NULL),
    ('probation_registered', 'zh', 1, '试用期已登记', '您在 {institution_name} 的试用期开始日期已登记，请在绑定记录中核对。', NULL),
    ('probation_registered', 'en', 1, 'Probation registered', 'The start of your probation at {institution_name} was recorded; check it among your bindings.', NULL);

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('declaration.submitted.v1:unregistered', 'institution_admins', 'submitted_unregistered', true, false),
    ('institution.binding_changed.v1:request', 'institution_admins', 'binding_requested', true, false),
    ('institution.binding_changed.v1:refuse', 'candidate', 'binding_refused', true, true),
    ('institution.binding_changed.v1:expire', 'candidate', 'binding_expired', true, true),
    ('institution.binding_changed.v1:thaw', 'candidate', 'binding_thawed', true, false),
    ('institution.binding_changed.v1:restore', 'candidate', 'binding_restored', true, true),
    ('institution.binding_changed.v1:restore', 'institution_admins', 'binding_restored_unit', true, false),
    ('institution.binding_changed.v1:carry_over', 'candidate', 'binding_moved', true, true),
    ('institution.binding_changed.v1:undo', 'candidate', 'binding_undone', true, false),
    ('institution.binding_changed.v1:undo', 'institution_admins', 'binding_undone', true, false),
    ('institution.binding_changed.v1:register', 'candidate', 'probation_registered', true, false);
