"""Which channels of a rule the zone may switch: within limits that keep people told and codes where they belong."""

from collections.abc import Set
from typing import Final

from services.notification.domain.audience import Audience
from services.notification.domain.template_errors import (
    ChannelUnwritten,
    CodeStaysOnPhone,
    InAppStays,
    RuleUnchanged,
    SilentRule,
    WechatForCandidates,
)

CHANNELS: Final = ("in_app", "sms", "wechat", "email")


def require_switchable(audience: Audience, before: Set[str], after: Set[str], written: Set[str]) -> None:
    """`written`: channels by which the template says something besides the app. Raises CodeStaysOnPhone, RuleUnchanged,
    InAppStays, SilentRule, WechatForCandidates, ChannelUnwritten."""
    if audience == "phone":
        raise CodeStaysOnPhone
    if before == after:
        raise RuleUnchanged
    if "in_app" in before - after:
        raise InAppStays
    if not after:
        raise SilentRule
    if "wechat" in after and audience != "candidate":
        raise WechatForCandidates
    for channel in CHANNELS:
        if channel in after - before and channel not in {*written, "in_app"}:
            raise ChannelUnwritten(channel=channel)
