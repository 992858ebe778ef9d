"""Refusals about the second look at an approval."""

from shared.errors import Conflict


class SecondReviewerMissing(Conflict):
    """Four eyes: the unit has nobody else who could confirm the approval."""

    code = "second_reviewer_missing"
    message_zh = (
        "考试管理机构要求审核通过须由本单位第二名业务管理员复核，而本单位没有其他在用的业务管理员；"
        "请由主账号增设业务管理员，或联系考试管理机构。"
    )
    message_en = (
        "The exam body asks for a second business administrator behind each approval and your unit has no other: "
        "have the owner name one, or ask the exam body."
    )


class FirstApprovalIsYours(Conflict):
    """Four eyes: who approved first neither confirms nor opposes it."""

    code = "first_approval_is_yours"
    message_zh = "初审意见由您本人给出，须由本单位其他业务管理员复核；如需更改，请先撤回初审意见。"
    message_en = (
        "You approved this one first, so another business administrator has to look; to change it, take it back."
    )


class FirstApprovalNotYours(Conflict):
    """Only who gave the first approval takes it back."""

    code = "first_approval_not_yours"
    message_zh = "初审意见不是您给出的，不能撤回；如不同意，请填写理由提出不同意见。"
    message_en = "The first approval is not yours to take back; if you disagree, say so with a reason."


class NoFirstApproval(Conflict):
    """Nobody has approved this one yet, or what was said is void."""

    code = "no_first_approval"
    message_zh = "该申报目前没有待复核的初审意见，请刷新队列。"
    message_en = "No first approval waits for a second look here; refresh the queue."
