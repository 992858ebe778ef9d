"""Refusals of the declaration service, each named after the broken rule and telling a person what to do next."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class IdentityRequired(Forbidden):
    """A6, A22: nothing about a declaration works before the person is verified here."""

    code = "identity_required"
    message_zh = "请先完成实名认证，再进行试用期申报。"
    message_en = "Verify your identity first, then declare your probation."


class BindingRequired(Conflict):
    """A20, A22: a declaration needs an active binding."""

    code = "binding_required"
    message_zh = "请先绑定工作单位，再进行试用期申报。"
    message_en = "Bind to your work unit first, then declare your probation."


class BindingFrozen(Conflict):
    """4.3: the bound institution is closed or suspended."""

    code = "binding_frozen"
    message_zh = "您绑定的单位已暂停或关闭，请先变更绑定单位。"
    message_en = "The unit you are bound to is suspended or closed; change your binding first."


class NoOpenCycle(NotFound):
    """No exam year is open or announced."""

    code = "no_open_cycle"
    message_zh = "目前没有开放的申报年度，请关注考区通知。"
    message_en = "No exam year is open now; watch for the zone's notice."


class DeclarationWindowClosed(Conflict):
    """4.4: a first submission only inside the window of the cycle."""

    code = "declaration_window_closed"
    message_zh = "不在申报时间内（{opens} 至 {closes}），请留意考区通知。"
    message_en = "Declarations are open from {opens} to {closes} only."


class ReviewDeadlinePassed(Conflict):
    """4.4: resubmissions and decisions only until the review deadline of the cycle."""

    code = "review_deadline_passed"
    message_zh = "已超过审核截止时间（{deadline}），请联系考试管理机构。"
    message_en = "The review deadline ({deadline}) has passed; contact your exam body."


class CategoryNotOffered(Invalid):
    """A23: only combinations of the cycle's table can be chosen."""

    code = "category_not_offered"
    message_zh = "所选级别、类别与报考途径的组合不在本年度申报范围内，请重新选择。"
    message_en = "This combination of level, category and route is not offered this year; choose again."


class DeclarationExists(Conflict):
    """One declaration per person and cycle, whatever the institution (4.4, Q11)."""

    code = "declaration_exists"
    message_zh = "本年度已有申报记录，请在记录中继续办理。"
    message_en = "You already have a declaration this year; continue with that one."


class TransitionRefused(Conflict):
    """Common parent of the refusals of the state machine 4.4; facts: `state`."""

    code = "transition_refused"
    message_zh = "申报当前状态为“{state_zh}”，不能进行此操作，请刷新后查看。"
    message_en = "The declaration is {state} now, which does not allow this; refresh and look again."


class DeclarationNotEditable(TransitionRefused):
    """A40: submitted, approved, filed and final declarations are read-only for the candidate."""

    code = "declaration_not_editable"
    message_zh = "申报当前状态为“{state_zh}”，只能查看；未审核可先撤回，已审核请联系单位设置“允许修改”。"
    message_en = "The declaration is {state} and read-only; withdraw it, or ask your unit to allow modification."


class DeclarationAlreadyDecided(TransitionRefused):
    """A41: only an undecided submission can be withdrawn."""

    code = "declaration_already_decided"
    message_zh = "申报当前状态为“{state_zh}”，不能撤回；如需修改请联系单位设置“允许修改”。"
    message_en = "The declaration is {state} and can not be withdrawn; ask your unit to allow modification."


class DeclarationNotUnderReview(TransitionRefused):
    """A38, A41: only a submitted declaration can be claimed and decided."""

    code = "declaration_not_under_review"
    message_zh = "申报当前状态为“{state_zh}”，不在待审核之列，请刷新队列。"
    message_en = "The declaration is {state} and not waiting for review; refresh the queue."


class ModificationNotPossible(TransitionRefused):
    """A42: from submitted, under review, approved (not on a submitted list) and rejected only."""

    code = "modification_not_possible"
    message_zh = "申报当前状态为“{state_zh}”，不能设置允许修改；已备案的请由考试管理机构处理。"
    message_en = (
        "The declaration is {state}; modification can not be allowed. Filed ones are reopened by the exam body."
    )


class DeclarationNotApproved(TransitionRefused):
    """4.4: only an approved declaration can be filed."""

    code = "declaration_not_approved"


class DeclarationNotFiled(TransitionRefused):
    """4.4: only a filed declaration can be reopened by the exam body."""

    code = "declaration_not_filed"


class DeclarationFinal(TransitionRefused):
    """4.4: lapsed and revoked declarations do not move."""

    code = "declaration_final"


class OnSubmittedList(Conflict):
    """4.4: a declaration on a list that was handed in is not reopened by the unit."""

    code = "on_submitted_list"
    message_zh = "该申报已列入上报名单，请先由考试管理机构退回名单。"
    message_en = "The declaration is on a submitted list; the exam body has to return the list first."


class ClaimedByAnother(Conflict):
    """P6: another reviewer works on it until the claim times out."""

    code = "claimed_by_another"
    message_zh = "该申报正由同单位其他管理员审核，请在 {until} 之后再试或选择其他记录。"
    message_en = "A colleague reviews this one until {until}; take another or try later."


class OwnDeclaration(Forbidden):
    """Four eyes: nobody decides on his own declaration (section 2, rule 5)."""

    code = "own_declaration"
    message_zh = "不能审核本人的申报，请由本单位其他管理员办理。"
    message_en = "You can not review your own declaration; another administrator of the unit has to."


class ProfileIncomplete(Conflict):
    """B9: an institution completes its profile before it reviews."""

    code = "profile_incomplete"
    message_zh = "单位基本信息尚未完善，请先由主账号完善后再审核。"
    message_en = "The unit's profile is incomplete; its owner has to complete it before reviews."


class InstitutionNotActive(Conflict):
    """4.2: suspended, merged or closed institutions review nothing."""

    code = "institution_not_active"
    message_zh = "单位当前不是正常状态，暂不能审核，请联系考试管理机构。"
    message_en = "The unit is not active, so it can not review; contact your exam body."


class PriorRowsUnconfirmed(Conflict):
    """A32: approval is impossible while an earlier row is unconfirmed; facts: `count`."""

    code = "prior_rows_unconfirmed"
    message_zh = "还有 {count} 段既往试用经历未确认，请逐条核对后再通过。"
    message_en = "{count} earlier probation rows are not confirmed yet; check each before approving."


class SupervisorsNotValid(Conflict):
    """5.3: a supervisor named in the declaration does not qualify any more."""

    code = "supervisors_not_valid"
    message_zh = "带教老师信息不符合要求，请退回修改或先更新带教名单。"
    message_en = "A supervisor does not qualify; return the declaration or update the roster first."


class PriorRowUnknown(NotFound):
    """The declaration as submitted has no such earlier row."""

    code = "prior_row_unknown"
    message_zh = "没有找到这段既往试用经历，请刷新后重试。"
    message_en = "There is no such earlier row; refresh and try again."


class ReasonRequired(Invalid):
    """A42, 4.4: a refusal names at least one reason of the catalogue."""

    code = "reason_required"
    message_zh = "请至少选择一条原因，并从原因目录中选取代码。"
    message_en = "Give at least one reason, with a code from the catalogue."


class DeclarationIncomplete(Invalid):
    """Section 6: every failed rule at once, each with its cure, in `problems`."""

    code = "declaration_incomplete"
    message_zh = "申报内容还有 {count} 处不符合要求，请按提示修改后再提交。"
    message_en = "{count} points of the declaration do not meet the rules; correct them as indicated and submit again."


class NoticeNotAccepted(Invalid):
    """A26: the current version of the notice has to be accepted; facts: `current`."""

    code = "notice_not_accepted"
    message_zh = "请先阅读并同意最新版本（第 {current} 版）的申报须知。"
    message_en = "Read and accept the current notice (version {current}) first."


class DocumentKindUnknown(Invalid):
    """A34: files carry a kind of the cycle's table."""

    code = "document_kind_unknown"
    message_zh = "不支持的材料种类，请从材料清单中选择。"
    message_en = "This kind of document is not on the list; choose one of the list."


class TooManyDocuments(Invalid):
    """A34: a kind has a largest number of files; facts: `most`."""

    code = "too_many_documents"
    message_zh = "该类材料最多上传 {most} 份，请先删除不需要的文件。"
    message_en = "At most {most} files of this kind; delete one first."


class CycleDatesDisordered(Invalid):
    """4.9: the dates of a cycle follow one another."""

    code = "cycle_dates_disordered"
    message_zh = "各时间点须按先后排列：开放、截止、审核截止、备案截止、补全截止。"
    message_en = "The dates must follow one another: opening, closing, review, filing, completion."


class CycleExists(Conflict):
    """One cycle per exam year."""

    code = "cycle_exists"
    message_zh = "该考试年度已存在，请直接修改其时间安排。"
    message_en = "This exam year exists already; change its dates instead."


class CycleNotPlanned(Conflict):
    """4.9: only a planned cycle can be opened."""

    code = "cycle_not_planned"
    message_zh = "该年度已经开放或已结束，请刷新后查看。"
    message_en = "This year was opened already; refresh and look again."


class CycleFinished(Conflict):
    """4.9: closed and archived cycles keep their dates."""

    code = "cycle_finished"
    message_zh = "该年度已关闭，时间安排不能再改。"
    message_en = "This year is closed; its dates can not change any more."


class SupervisorUnknown(Invalid):
    """P2: supervisors are picked from the institution's roster."""

    code = "supervisor_unknown"
    message_zh = "带教老师须从所在机构的带教名单中选择，请联系机构管理员添加。"
    message_en = "Pick supervisors from the institution's roster; ask its administrator to add missing ones."


class CatalogueMissing(Unavailable):
    """The catalogue version a cycle pins is not in the table: a deployment fault."""

    code = "catalogue_missing"


class InstitutionNotInLibrary(Invalid):
    """A31: an institution is chosen from the library; outside it, its name is typed and no id is given."""

    code = "institution_not_in_library"
    message_zh = "所选机构不在机构库中，请重新选择；库外机构请直接填写全称。"
    message_en = "This institution is not in the library; choose again, or give the full name of one outside it."


class PeriodUnknown(Invalid):
    """4.5: this kind of file belongs to one earlier row, which has to be saved first."""

    code = "period_unknown"
    message_zh = "该材料须对应一段已保存的既往试用经历，请先保存经历再上传。"
    message_en = "This file belongs to a saved earlier row; save the row first, then upload."
