"""What a template may say: the parameters that every event which feeds it brings, shown by an invented one."""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any, Final

from services.notification.domain.audience import Audience, notices_for
from services.notification.domain.sample_events import EventUnknown, sample_event
from shared.contracts.event import Event
from shared.contracts.identity import EmailCodeIssued, LoginCodeIssued
from shared.contracts.identity_staff import StaffInvited

RuleKey = tuple[str, Audience]
"""Event with its case, and audience."""

_SECRETS: Final = (LoginCodeIssued, StaffInvited)


class PlaceholderMalformed(ValueError):
    """Braces that are no plain {name}."""


def placeholders(text: str) -> list[str]:
    """The names in a text, in order. Raises PlaceholderMalformed for anything but {name}."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise PlaceholderMalformed(text) from None
    found = []
    for literal, name, form, conversion in parts:
        if name is None:
            if set(literal) & set("{}"):
                raise PlaceholderMalformed(text)
            continue
        if not name.isidentifier() or form or conversion or set(literal) & set("{}"):
            raise PlaceholderMalformed(text)
        found.append(name)
    return found


def sample_parameters(rules: Iterable[RuleKey]) -> dict[str, Any]:
    """The parameters that all of these rules bring, with invented values; those of one that brings nothing are none."""
    every = [_brought(*rule) for rule in rules]
    if not every:
        return {}
    return {name: value for name, value in every[0].items() if all(name in other for other in every)}


def sms_variables(rules: Iterable[RuleKey]) -> frozenset[str]:
    """The variables an SMS may have: the code, where every event carries one. Notices have none, since providers may
    refuse them (Tencent: UnsupportedTemplateVariable)."""
    events = [_sample(key) for key, _ in rules]
    return frozenset({"code"}) if events and all(isinstance(one, _SECRETS) for one in events) else frozenset()


def _brought(key: str, audience: Audience) -> Mapping[str, Any]:
    event = _sample(key)
    if isinstance(event, EmailCodeIssued):
        return {"code": "012345"}
    if event is None or audience == "phone":
        return {}
    notices = notices_for([event], audience)
    return {name: value for name, value in notices[0].parameters.items() if value not in (None, "")} if notices else {}


def _sample(key: str) -> Event | None:
    try:
        return sample_event(key)
    except EventUnknown:
        return None
