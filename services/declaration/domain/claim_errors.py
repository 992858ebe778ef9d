"""Refusals about claims: who holds a review, and to whom it may be handed over (P6)."""

from shared.errors import Conflict, Invalid


class ClaimNotHeld(Conflict):
    """Only who holds the claim gives it back or extends it."""

    code = "claim_not_held"
    message_zh = "您当前未领取该申报，请刷新队列；如需审核请先领取。"
    message_en = "You do not hold this claim; refresh the queue and claim it first if you want to review it."


class ReviewerUnknown(Invalid):
    """A review is handed to an active business administrator of the same unit."""

    code = "reviewer_unknown"
    message_zh = "只能指派给本单位在用的业务管理员，请重新选择。"
    message_en = "A review goes to an active business administrator of your unit only; choose again."
