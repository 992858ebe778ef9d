"""Which rule an event falls under, and what of it may be shown in a message: ids, numbers and names of institutions,
never personal data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from services.notification.domain.moved_dates import moved_dates
from services.notification.domain.place import Place, place_of
from services.notification.domain.unfinished import unfinished, until
from shared.contracts.declaration import (
    BanChanged,
    CycleDatesAnnounced,
    DeclarationRevoked,
    DeclarationSubmitted,
    DraftReminded,
    ModificationAllowed,
    PriorRowAnswered,
    PriorRowUnanswered,
    ReviewsWaiting,
)
from shared.contracts.declaration_evaluation import EvaluationRecorded, EvaluationsWaiting, EvaluationVoided
from shared.contracts.declaration_filing import QualifiedListAccepted, QualifiedListSubmitted
from shared.contracts.event import Event
from shared.contracts.identity import CredentialChanged, MergeDecided, NewDeviceSeen, VerificationFailed
from shared.contracts.identity_staff import (
    OwnershipTransferChanged,
    StaffChanged,
    StaffFactorChanged,
    StaffInvitationEnding,
)
from shared.contracts.institution import BindingChanged, InstitutionMoved, LicenceEnding

Audience = Literal[
    "candidate", "institution_admins", "filing_body_staff", "staff_self", "from_staff", "to_staff", "phone"
]

_TARGET: Mapping[Audience, str] = {
    "candidate": "person_id",
    "institution_admins": "institution_id",
    "filing_body_staff": "filing_body_id",
    "staff_self": "staff_id",
    "from_staff": "from_staff_id",
    "to_staff": "to_staff_id",
}
_SHOWN = (
    "institution_name",
    "number",
    "cycle_year",
    "lines",
    "attempts_left",
    "kind",
    "result",
    "client",
    "wrong",
    "minutes",
    "waiting",
    "days",
    "started_on",
)

_UNREGISTERED = frozenset(("no_early_registration", "registered_later"))
"""A year that was not registered when it began: the unit is told to look twice (B17)."""

_BINDING_MOVES = frozenset(
    ("request", "refuse", "cancel", "expire", "supersede", "thaw", "undo", "move", "carry_over", "restore", "register")
)
"""Steps of a binding that are told otherwise than by the state they lead to, or not at all."""

STAFF_ROLES: Mapping[Audience, tuple[str, ...]] = {
    "institution_admins": ("institution_owner", "institution_business_admin"),
    "filing_body_staff": ("zone_admin", "site_admin", "point_admin"),
}

ACCOUNTS: frozenset[Audience] = frozenset({"staff_self", "from_staff", "to_staff"})
"""Audiences that are one staff account, told whatever its state: also one that was locked or disabled."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One event for one audience; `target_id` is the person, institution, exam body or staff account addressed."""

    event_id: UUID
    event_type: str
    target_id: UUID
    parameters: dict[str, Any]
    occurred_at: datetime
    place: Place


def _composed(event: Event) -> dict[str, str]:
    """What a message says beyond single fields of its event."""
    match event:
        case CycleDatesAnnounced():
            return moved_dates(event)
        case DraftReminded():
            return unfinished(event)
        case StaffInvitationEnding() | PriorRowUnanswered():
            return {"until": until(event.ends_at)}
        case _:
            return {}


@cache
def _shown_of(kind: type[Event]) -> tuple[str, ...]:
    return tuple(name for name in _SHOWN if name in kind.model_fields)


def rule_key(event: Event) -> str:
    """The rule table's key: the event type, and where cases of it are told differently the case too."""
    match event:
        case DeclarationSubmitted() if _UNREGISTERED & set(event.warnings):
            return f"{event.TYPE}:unregistered"
        case QualifiedListSubmitted() | QualifiedListAccepted() if event.kind == "cancellation":
            return f"{event.TYPE}:cancellation"
        case ModificationAllowed() if event.tells_unit:
            return f"{event.TYPE}:reopened"
        case ModificationAllowed() if event.was_filed:
            return f"{event.TYPE}:filed"
        case BindingChanged() if event.move in _BINDING_MOVES:
            return f"{event.TYPE}:{event.move}"
        case BindingChanged() | OwnershipTransferChanged() | BanChanged():
            return f"{event.TYPE}:{event.state}"
        case PriorRowUnanswered() | InstitutionMoved() | ReviewsWaiting() | EvaluationsWaiting():
            return f"{event.TYPE}:{event.step}"
        case DraftReminded() if event.again:
            return f"{event.TYPE}:again"
        case EvaluationRecorded() if event.full_year:
            return f"{event.TYPE}:full_year_{event.result}"
        case DeclarationRevoked() | VerificationFailed() if event.by in ("exam_body", "reviewer"):
            return f"{event.TYPE}:{event.by}"
        case EvaluationVoided():
            return f"{event.TYPE}:{event.by}"
        case PriorRowAnswered():
            return f"{event.TYPE}:{event.answer}"
        case LicenceEnding():
            return f"{event.TYPE}:{event.stage}"
        case CredentialChanged():
            return f"{event.TYPE}:{event.kind}_{event.change}"
        case StaffFactorChanged():
            return f"{event.TYPE}:{event.factor}_{event.change}"
        case StaffChanged():
            return f"{event.TYPE}:{event.move}"
        case MergeDecided():
            return f"{event.TYPE}:{event.decision}"
        case NewDeviceSeen():
            return f"{event.TYPE}:{'staff' if event.staff_id else 'person'}"
        case _:
            return event.TYPE


def notices_for(events: Sequence[Event], audience: Audience) -> list[Notice]:
    """What to tell `audience` about events of one type; nothing of those that name nobody for it."""
    shown, target = _shown_of(type(events[0])), _TARGET[audience]
    return [
        Notice(
            event.event_id,
            event.TYPE,
            getattr(event, target),
            {name: getattr(event, name) for name in shown} | _composed(event),
            event.occurred_at,
            place_of(event, for_exam_body=audience == "filing_body_staff"),
        )
        for event in events
        if getattr(event, target) is not None
    ]
