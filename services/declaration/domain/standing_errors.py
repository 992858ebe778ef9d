"""Refusals of people who are known here and still declare nothing: revoked, or declaring elsewhere."""

from shared.errors import Conflict, Forbidden


class IdentityRevoked(Forbidden):
    """4.1: what was proved was taken away."""

    code = "identity_revoked"
    message_zh = "您的实名认证已被撤销，不能申报；如有异议，请联系考试管理机构。"
    message_en = "Your verification was revoked, so nothing can be declared; if you object, contact your exam body."


class ExemptChannelChosen(Conflict):
    """A17: who declares on another channel declares nothing here."""

    code = "exempt_channel_chosen"
    message_zh = "您已选择其他渠道（省网）办理本年度试用期手续，无需在本平台申报；如需在本平台申报，请先取消该选择。"
    message_en = "You chose another channel for this exam year; to declare here, take that choice back first."
