"""Refusals of receipts and of the sheet to copy from."""

from shared.errors import Conflict


class NotSubmittedYet(Conflict):
    """A37: there is no receipt before the first submission."""

    code = "not_submitted_yet"
    message_zh = "申报尚未提交，没有回执；请先完成并提交申报。"
    message_en = "Nothing was submitted yet, so there is no receipt; complete and submit the declaration first."


class CopySheetNotReady(Conflict):
    """C8: what is typed on the national network is what the unit approved; facts: `state`, `state_zh`."""

    code = "copy_sheet_not_ready"
    message_zh = "申报当前状态为“{state_zh}”；单位审核通过后才能查看国网填报对照表。"
    message_en = "The declaration is {state}; the sheet to copy from is there once your unit has approved it."
