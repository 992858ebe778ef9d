"""What WeChat's answers mean for us, and what a person should do about each (A3, V10): every documented error code is
retried, given up, or an alarm for the operator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from shared.errors import Forbidden, LimitReached, TiroError, Unauthenticated, Unavailable


class Fate(Enum):
    """What to do with an answer that is not a success."""

    RETRY = "retry"
    """Busy: once more after a moment, then the person is asked to wait."""
    RENEW = "renew"
    """Our access token is not accepted: get the shared one anew, once, and retry once."""
    GIVE_UP = "give_up"
    """The person has to do something else."""
    ALARM = "alarm"
    """Our configuration or account is at fault: an operator must act."""


class WechatCodeRefused(Unauthenticated):
    """The login code is invalid, expired or used."""

    code = "wechat_code_refused"
    message_zh = "微信登录凭证无效或已使用，请重新打开小程序后再试。"
    message_en = "The WeChat login code is invalid or was used; open the mini-program again and retry."


class WechatPhoneRefused(Unauthenticated):
    """The phone code is invalid, expired or used, or what it gave is not for this app or not fresh."""

    code = "wechat_phone_refused"
    message_zh = "微信手机号授权无效或已过期，请重新点击授权，或改用短信验证码。"
    message_en = "The WeChat phone authorisation is invalid or too old; authorise again, or use an SMS code."


class WechatUserBlocked(Forbidden):
    """WeChat takes the account for risky."""

    code = "wechat_user_blocked"
    message_zh = "微信提示该账号存在风险，暂不能用微信登录，请改用手机号和短信验证码登录。"
    message_en = "WeChat takes this account for risky; log in with phone and SMS code instead."


class WechatTooFrequent(LimitReached):
    """WeChat's own limit of calls per user."""

    code = "wechat_too_frequent"
    message_zh = "微信登录过于频繁，请一分钟后再试，或改用短信验证码登录。"
    message_en = "Too many WeChat logins; wait a minute, or log in with an SMS code."


class WechatUnavailable(Unavailable):
    """WeChat does not answer, is busy, or answers nonsense."""

    code = "wechat_unavailable"
    message_zh = "微信服务暂时无法使用，请稍后重试，或改用手机号和短信验证码登录。"
    message_en = "WeChat can not be reached now; retry shortly, or log in with phone and SMS code."


class WechatMisconfigured(Unavailable):
    """WeChat refuses this platform itself; an alarm was raised."""

    code = "wechat_misconfigured"
    message_zh = "微信登录暂停服务，管理员已收到提醒。请改用手机号和短信验证码登录。"
    message_en = "WeChat login is out of service and the operators were told; log in with phone and SMS code."


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of one error code: what we do, and what the person is told in the end."""

    fate: Fate
    error: type[TiroError]
    retry_after: int | None = None

    def refusal(self) -> TiroError:
        """The error to raise."""
        return self.error(retry_after=self.retry_after)


_BUSY = Meaning(Fate.RETRY, WechatUnavailable, 5)
_RENEW = Meaning(Fate.RENEW, WechatUnavailable, 5)
_ALARM = Meaning(Fate.ALARM, WechatMisconfigured, 600)
_FREQUENT = Meaning(Fate.GIVE_UP, WechatTooFrequent, 60)
UNKNOWN = Meaning(Fate.ALARM, WechatUnavailable, 30)
"""A code in no table: nothing is believed, and somebody should look."""

_OF_THE_APP: Mapping[int, Meaning] = {
    -1: _BUSY,
    40002: _ALARM,  # grant_type
    40013: _ALARM,  # appid
    40125: _ALARM,  # secret
    40164: _ALARM,  # our address is not on the allow-list
    40243: _ALARM,  # secret frozen
    41002: _ALARM,  # appid missing
    41004: _ALARM,  # secret missing
    43002: _ALARM,  # POST needed
    45009: _ALARM,  # daily quota used up
    45011: _FREQUENT,
    48001: _ALARM,  # interface not authorised
    50002: _ALARM,  # account frozen
    61024: _ALARM,  # third-party platform must use another interface
}
LOGIN: Mapping[int, Meaning] = {
    **_OF_THE_APP,
    40029: Meaning(Fate.GIVE_UP, WechatCodeRefused),
    40163: Meaning(Fate.GIVE_UP, WechatCodeRefused),
    41008: Meaning(Fate.GIVE_UP, WechatCodeRefused),
    40226: Meaning(Fate.GIVE_UP, WechatUserBlocked),
}
PHONE: Mapping[int, Meaning] = {
    **_OF_THE_APP,
    40001: _RENEW,
    40014: _RENEW,
    42001: _RENEW,
    41001: _RENEW,
    40003: Meaning(Fate.GIVE_UP, WechatPhoneRefused),
    40029: Meaning(Fate.GIVE_UP, WechatPhoneRefused),
    40163: Meaning(Fate.GIVE_UP, WechatPhoneRefused),
    41008: Meaning(Fate.GIVE_UP, WechatPhoneRefused),
}
TOKEN: Mapping[int, Meaning] = {**_OF_THE_APP, 45011: Meaning(Fate.ALARM, WechatUnavailable, 60)}


@dataclass(frozen=True, slots=True)
class WechatAccount:
    """Who a login code stood for: an openid means something only together with its app (V10)."""

    appid: str
    openid: str


@dataclass(frozen=True, slots=True)
class PhoneInfo:
    """What WeChat says about the phone behind a phone code, with the watermark that ties it to app and time."""

    phone: str
    country_code: str
    appid: str
    at: datetime


def watermark_fault(info: PhoneInfo, appid: str, now: datetime, oldest: timedelta) -> str | None:
    """Why a phone must not be believed, or None. A minute of difference between clocks is forgiven."""
    if info.appid != appid:
        return "appid"
    if info.at < now - oldest or info.at > now + timedelta(minutes=1):
        return "age"
    return None
