"""Which channels of a rule the zone may switch: within limits that keep people told and codes where they belong."""

from collections.abc import Set
from typing import Final

from services.notification.domain.audience import Audience
from services.notification.domain.preference import chosen_by, may_go_by_wechat
from services.notification.domain.sample_events import EventUnknown, sample_event
from services.notification.domain.template_errors import (
    AccountByText,
    ChannelUnwritten,
    CodeStaysOnPhone,
    EmailForCandidates,
    InAppAlone,
    InAppStays,
    RuleUnchanged,
    SilentRule,
    WechatForCandidates,
)

CHANNELS: Final = ("in_app", "sms", "wechat", "email")


def require_switchable(key: str, audience: Audience, before: Set[str], after: Set[str], written: Set[str]) -> None:
    """`key`: the event with its case; `written`: channels by which the template says something besides the app. Raises
    CodeStaysOnPhone, RuleUnchanged, InAppStays, SilentRule, WechatForCandidates, EmailForCandidates, InAppAlone,
    AccountByText, ChannelUnwritten."""
    if audience == "phone":
        raise CodeStaysOnPhone
    if before == after:
        raise RuleUnchanged
    if "in_app" in before - after:
        raise InAppStays
    if not after:
        raise SilentRule
    if audience == "candidate":
        _require_used(key, after - {"in_app"})
    elif "wechat" in after:
        raise WechatForCandidates
    elif "email" in after:
        raise EmailForCandidates
    for channel in CHANNELS:
        if channel in after - before and channel not in {*written, "in_app"}:
            raise ChannelUnwritten(channel=channel)


def _require_used(key: str, wanted: Set[str]) -> None:
    """Refuse what a candidate would never get: what no event feeds is written into the inbox alone, and e-mail goes to
    those who chose it."""
    try:
        event = sample_event(key)
    except EventUnknown:
        if wanted:
            raise InAppAlone from None
        return
    if ("wechat" in wanted and not may_go_by_wechat(event)) or ("email" in wanted and chosen_by(event) is None):
        raise AccountByText
