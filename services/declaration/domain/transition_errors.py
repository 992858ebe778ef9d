"""Refusals of the state machine 4.4: what a declaration does not allow in the state it is in."""

from shared.errors import Conflict, StaleVersion


class TransitionRefused(Conflict):
    """Common parent of the refusals of the state machine 4.4; facts: `state`."""

    code = "transition_refused"
    message_zh = "申报当前状态为“{state_zh}”，不能进行此操作，请刷新后查看。"
    message_en = "The declaration is {state} now, which does not allow this; refresh and look again."


class DeclarationExists(Conflict):
    """One declaration per person and cycle, whatever the institution (4.4, Q11)."""

    code = "declaration_exists"
    message_zh = "本年度已有申报记录，请在记录中继续办理。"
    message_en = "You already have a declaration this year; continue with that one."


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


class DeclarationChanged(StaleVersion):
    """A step was based on an older version; facts say who did what and when, problems which fields changed."""

    code = "stale_version"
    message_zh = "{by_zh}已于 {at} {did_zh}（当前状态“{state_zh}”，版本 {current}），请刷新后再操作。"
    message_en = "At {at} {by_en} {did_en} (now {state}, version {current}); refresh and look again before you act."
