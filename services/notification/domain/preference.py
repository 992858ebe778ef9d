"""Which channels a person chooses for which notices. The inbox always has them; codes, and what concerns the account,
are nobody's choice."""

from dataclasses import dataclass
from typing import Final, get_args

from services.notification.domain.place import Category, place_of
from shared.contracts.event import Event
from shared.contracts.identity import CredentialChanged, MergeDecided, NewDeviceSeen, PersonRevoked, PhoneChanged
from shared.errors import Invalid


class ChannelNotAChoice(Invalid):
    """Codes, and what concerns the account itself, always come by text."""

    code = "channel_not_a_choice"
    message_zh = "账号与安全类通知不能关闭，请选择其他类别进行设置。"
    message_en = "Notices about your account and its security can not be switched off; choose another category."


class WechatTemplateUnknown(Invalid):
    """Consent was given to a template we do not use."""

    code = "wechat_template_unknown"
    message_zh = "该订阅消息模板已不再使用，请刷新小程序后重新订阅。"
    message_en = "This message template is not in use any more; reload the mini program and subscribe again."


@dataclass(frozen=True, slots=True)
class Channels:
    """Yes or no for each channel beside the inbox."""

    wechat: bool
    sms: bool
    email: bool


UNLESS_CHOSEN: Final = Channels(wechat=True, sms=True, email=False)
CHOOSABLE: Final[tuple[Category, ...]] = tuple(one for one in get_args(Category) if one != "account")
_SECURITY: Final = (NewDeviceSeen, CredentialChanged, PhoneChanged, MergeDecided, PersonRevoked)


def chosen_by(event: Event) -> Category | None:
    """The category whose preference holds for an event, or None where the person has no say."""
    category = place_of(event).category
    return category if category in CHOOSABLE else None


def may_go_by_wechat(event: Event) -> bool:
    """Whoever has taken an account over may have linked a WeChat of his own: warnings go to the phone at once (V9)."""
    return not isinstance(event, _SECURITY)
