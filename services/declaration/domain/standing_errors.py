"""Refusals of people who may not declare here, or not yet: not verified, not bound, revoked, or declaring elsewhere."""

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
