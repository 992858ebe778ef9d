"""Which rule an event falls under, and what of it may be shown in a message: ids, numbers and names of institutions,
never personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.institution import BindingChanged

Audience = Literal["candidate", "institution_admins", "filing_body_staff", "staff_self", "phone"]

_TARGET: Mapping[Audience, str] = {
    "candidate": "person_id",
    "institution_admins": "institution_id",
    "filing_body_staff": "filing_body_id",
    "staff_self": "staff_id",
}
_SHOWN = ("institution_name", "number", "cycle_year", "lines", "attempts_left", "kind", "result")

STAFF_ROLES: Mapping[Audience, tuple[str, ...]] = {
    "institution_admins": ("institution_owner", "institution_business_admin"),
    "filing_body_staff": ("zone_admin", "site_admin", "point_admin"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One event for one audience; `target_id` is the person, institution, exam body or staff account addressed."""

    event_id: UUID
    event_type: str
    target_id: UUID
    parameters: dict[str, Any]
    occurred_at: datetime


@cache
def _shown_of(kind: type[Event]) -> tuple[str, ...]:
    return tuple(name for name in _SHOWN if name in kind.model_fields)


def rule_key(event: Event) -> str:
    """The rule table's key: the event type, and for a binding its state too, since states are told differently."""
    return f"{event.TYPE}:{event.state}" if isinstance(event, BindingChanged) else event.TYPE


def notice_for(event: Event, audience: Audience) -> Notice:
    """What to tell `audience` about `event`."""
    parameters = {name: getattr(event, name) for name in _shown_of(type(event))}
    return Notice(event.event_id, event.TYPE, getattr(event, _TARGET[audience]), parameters, event.occurred_at)
