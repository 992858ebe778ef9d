-- Why: applicants, exam bodies and institutions hear of the steps of an institution's life and of licences that end (4.2, B15).
-- Safe online: inserts rows only; old code has no event for them.

INSERT INTO message_template (key, language, version, title, body, sms_code) VALUES
    ('unit_applied', 'zh', 1, '新的机构登记申请', '收到 {institution_name} 的机构登记申请，请及时受理。', NULL),
    ('unit_applied', 'en', 1, 'New institution to review', '{institution_name} asked to be taken into the library; please review it.', NULL),
    ('unit_approved', 'zh', 1, '机构登记已通过', '{institution_name} 的登记申请已通过，主账号邀请码已发送至所填手机号。', 'SMS_TIRO_UNIT_APPROVED'),
    ('unit_approved', 'en', 1, 'Institution registered', '{institution_name} is in the library now; the invitation went to the phone that you gave for its owner.', 'SMS_TIRO_UNIT_APPROVED'),
    ('unit_returned', 'zh', 1, '机构登记申请被退回', '{institution_name} 的登记申请被退回，请查看原因，修改后重新提交。', 'SMS_TIRO_UNIT_RETURNED'),
    ('unit_returned', 'en', 1, 'Registration returned', 'The registration of {institution_name} came back; see the reason, correct it and submit again.', 'SMS_TIRO_UNIT_RETURNED'),
    ('unit_rejected', 'zh', 1, '机构登记未通过', '{institution_name} 的登记申请未通过，请查看原因；如有异议，请联系考试管理机构。', 'SMS_TIRO_UNIT_REJECTED'),
    ('unit_rejected', 'en', 1, 'Registration refused', 'The registration of {institution_name} was refused; see the reason, and contact the exam body if you object.', 'SMS_TIRO_UNIT_REJECTED'),
    ('unit_completed', 'zh', 1, '机构已完善资料', '{institution_name} 已完善资料并启用。', NULL),
    ('unit_completed', 'en', 1, 'Institution complete', '{institution_name} completed its profile and is active.', NULL),
    ('unit_suspended', 'zh', 1, '机构已被暂停', '{institution_name} 已被考试管理机构暂停，绑定、审核和备案暂不能办理，请登录查看原因。', 'SMS_TIRO_UNIT_SUSPENDED'),
    ('unit_suspended', 'en', 1, 'Institution suspended', 'The exam body suspended {institution_name}: no binding, review or filing for now. Log in to see why.', 'SMS_TIRO_UNIT_SUSPENDED'),
    ('unit_resumed', 'zh', 1, '机构已恢复', '{institution_name} 已恢复，可以继续办理业务。', 'SMS_TIRO_UNIT_RESUMED'),
    ('unit_resumed', 'en', 1, 'Institution resumed', '{institution_name} can act again.', 'SMS_TIRO_UNIT_RESUMED'),
    ('unit_merged', 'zh', 1, '机构已合并', '{institution_name} 已并入其他机构，绑定人员随之转入，请登录查看。', 'SMS_TIRO_UNIT_MERGED'),
    ('unit_merged', 'en', 1, 'Institution merged', '{institution_name} was merged into another institution, and its people with it; log in to see.', 'SMS_TIRO_UNIT_MERGED'),
    ('unit_closed', 'zh', 1, '机构已关闭', '{institution_name} 已关闭，绑定人员已通知变更单位，请登录查看原因。', 'SMS_TIRO_UNIT_CLOSED'),
    ('unit_closed', 'en', 1, 'Institution closed', '{institution_name} was closed and its people told to change; log in to see why.', 'SMS_TIRO_UNIT_CLOSED'),
    ('licence_ending', 'zh', 1, '执业许可证即将到期', '{institution_name} 的执业许可证即将到期，请及时办理延续并更新资料。', 'SMS_TIRO_LICENCE_ENDING'),
    ('licence_ending', 'en', 1, 'Licence about to expire', 'The licence of {institution_name} expires soon; have it renewed and update the profile.', 'SMS_TIRO_LICENCE_ENDING'),
    ('licence_ended', 'zh', 1, '执业许可证已过期', '{institution_name} 的执业许可证已过期，请更新资料；未更新的，考试管理机构可以暂停该机构。', 'SMS_TIRO_LICENCE_ENDED'),
    ('licence_ended', 'en', 1, 'Licence expired', 'The licence of {institution_name} has expired; update the profile, else the exam body may suspend the institution.', 'SMS_TIRO_LICENCE_ENDED');

INSERT INTO notification_rule (event_type, audience, template_key, in_app, sms) VALUES
    ('institution.institution_moved.v1:submit', 'filing_body_staff', 'unit_applied', true, false),
    ('institution.institution_moved.v1:approve', 'candidate', 'unit_approved', true, true),
    ('institution.institution_moved.v1:return', 'candidate', 'unit_returned', true, true),
    ('institution.institution_moved.v1:reject', 'candidate', 'unit_rejected', true, true),
    ('institution.institution_moved.v1:complete', 'filing_body_staff', 'unit_completed', true, false),
    ('institution.institution_moved.v1:suspend', 'institution_admins', 'unit_suspended', true, true),
    ('institution.institution_moved.v1:resume', 'institution_admins', 'unit_resumed', true, true),
    ('institution.institution_moved.v1:merge', 'institution_admins', 'unit_merged', true, true),
    ('institution.institution_moved.v1:close', 'institution_admins', 'unit_closed', true, true),
    ('institution.licence_ending.v1:ending', 'institution_admins', 'licence_ending', true, true),
    ('institution.licence_ending.v1:ended', 'institution_admins', 'licence_ended', true, true),
    ('institution.licence_ending.v1:ended', 'filing_body_staff', 'licence_ended', true, false);
