"""Refusals of the review: who may decide, and what has to hold before a decision."""

from shared.errors import Conflict, Forbidden, Invalid


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
    """4.2: suspended, merged or closed institutions review and file nothing."""

    code = "institution_not_active"
    message_zh = "单位当前不是正常状态，暂不能审核、考核和报送名单，请联系考试管理机构。"
    message_en = "The unit is not active, so it can neither review nor evaluate nor file; contact your exam body."


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


class ReasonRequired(Invalid):
    """A42, 4.4: a refusal names at least one reason of the catalogue."""

    code = "reason_required"
    message_zh = "请至少选择一条原因，并从原因目录中选取代码。"
    message_en = "Give at least one reason, with a code from the catalogue."


class ReasonsIncomplete(Invalid):
    """A reason lacks what it points at, or the text that the catalogue asks for."""

    code = "reasons_incomplete"
    message_zh = "部分原因未指明对应的字段或材料，或缺少说明，请按提示补充。"
    message_en = "Some reasons do not say which field or file they mean, or lack a text; complete them as indicated."
