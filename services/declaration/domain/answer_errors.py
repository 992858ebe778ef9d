"""Refusals of a candidate's answers to the reasons of a return."""

from services.declaration.domain.transition_errors import TransitionRefused
from shared.errors import Invalid


class DeclarationNotReturned(TransitionRefused):
    """4.4: reasons are answered while the declaration is returned, not before and not after."""

    code = "declaration_not_returned"
    message_zh = "申报当前状态为“{state_zh}”，没有需要答复的退回原因，请刷新后查看。"
    message_en = "The declaration is {state} now, so no reason waits for an answer; refresh and look again."


class AnswersNotComplete(Invalid):
    """4.4: an answer names a reason that was given, once, and explains where nothing was changed."""

    code = "answers_not_complete"
    message_zh = "答复有误，请按提示修改后重新保存。"
    message_en = "The answers can not be saved; correct them as indicated and save again."
