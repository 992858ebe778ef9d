"""Where a message stands in the inbox, and what it opens: from the event alone, so that every new notice has its place
without a further row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import UUID

from shared.contracts.declaration import (
    BanChanged,
    CycleDatesAnnounced,
    DraftReminded,
    PriorRowRequested,
    PriorRowUnanswered,
    ReviewEscalated,
    ReviewsWaiting,
)
from shared.contracts.declaration_evaluation import (
    EvaluationRecorded,
    EvaluationsWaiting,
    EvaluationVoided,
    FullYearLapsed,
    FullYearReminded,
    ProbationRegistered,
)
from shared.contracts.declaration_filing import (
    LateFilingPermitted,
    QualifiedListAccepted,
    QualifiedListReturned,
    QualifiedListSubmitted,
)
from shared.contracts.event import Event
from shared.contracts.identity import MergeDecided, NewDeviceSeen
from shared.contracts.identity_staff import OwnershipTransferChanged, StaffInvitationEnding
from shared.contracts.institution import BindingChanged, LicenceEnding

Category = Literal["account", "binding", "institution", "declaration", "evaluation", "filing", "deadlines", "other"]
LinkKind = Literal[
    "account",
    "session",
    "transfer",
    "binding",
    "institution",
    "declaration",
    "prior_row",
    "waiting_reviews",
    "ban",
    "evaluation",
    "waiting_evaluations",
    "list",
    "cycle",
]

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
CATEGORY_WORDS: Final[Mapping[Category, tuple[str, str]]] = {
    "account": ("账号与实名", "Account and identity"),
    "binding": ("工作单位绑定", "Work unit"),
    "institution": ("单位事务", "Institution"),
    "declaration": ("申报与审核", "Declaration and review"),
    "evaluation": ("试用期考核", "Evaluation"),
    "filing": ("名单备案", "Filing"),
    "deadlines": ("期限提醒", "Deadlines"),
    "other": ("其他", "Other"),
}
"""zh-CN and English, in the order in which they are shown."""

_OF_PRODUCERS: Final[Mapping[str, Category]] = {
    "identity": "account",
    "institution": "institution",
    "declaration": "declaration",
}
_KIND_OF_FIELD: Final[Mapping[str, LinkKind]] = {
    "person_id": "account",
    "staff_id": "account",
    "session_id": "session",
    "transfer_id": "transfer",
    "binding_id": "binding",
    "institution_id": "institution",
    "declaration_id": "declaration",
    "ban_id": "ban",
    "evaluation_id": "evaluation",
    "list_id": "list",
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a message opens: a client knows for each kind, and for its user's role, which page that is. `declaration_id`
    only where the id alone does not say which declaration it is about: candidates choose those of their earlier rows,
    and a unit has many."""

    kind: LinkKind
    id: UUID
    declaration_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A message's category, and its link where the event is about one thing that can be opened."""

    category: Category
    link: Link | None


def place_of(event: Event, *, for_exam_body: bool = False) -> Place:
    """The place of what is told about an event; exam bodies may not open everything that units may."""
    return Place(_category(event), _link_for_exam_body(event) if for_exam_body else _link(event))


def _category(event: Event) -> Category:
    match event:
        case LicenceEnding() | ReviewsWaiting() | ReviewEscalated() | EvaluationsWaiting() | CycleDatesAnnounced():
            return "deadlines"
        case FullYearReminded() | FullYearLapsed() | DraftReminded() | StaffInvitationEnding():
            return "deadlines"
        case ProbationRegistered() | EvaluationRecorded() | EvaluationVoided():
            return "evaluation"
        case QualifiedListSubmitted() | QualifiedListAccepted() | QualifiedListReturned() | LateFilingPermitted():
            return "filing"
        case PriorRowUnanswered():
            return "deadlines"
        case BindingChanged():
            return "binding"
        case OwnershipTransferChanged():
            return "institution"
        case BanChanged():
            return "declaration"
        case _:
            return _OF_PRODUCERS.get(event.TYPE.partition(".")[0], "other")


def _link_for_exam_body(event: Event) -> Link | None:
    match event:
        case PriorRowUnanswered():
            # The row is the earlier unit's, and the declaration that of a unit which may be under another body: what
            # this one may open, and has to urge, is the earlier unit.
            return Link("institution", event.institution_id, event.declaration_id)
        case _:
            return _link(event)


def _link(event: Event) -> Link | None:
    match event:
        case ReviewsWaiting():
            return Link("waiting_reviews", event.institution_id)
        case EvaluationsWaiting():
            return Link("waiting_evaluations", event.institution_id)
        case CycleDatesAnnounced():
            return Link("cycle", event.cycle_id)
        case PriorRowRequested() | PriorRowUnanswered():
            # The earlier unit may open its own row, and nothing else of the declaration.
            return Link("prior_row", event.period_id, event.declaration_id)
        case MergeDecided():
            return Link("account", event.person_id)
        case NewDeviceSeen():
            return Link("session", event.session_id)
        case _:
            kind = _KIND_OF_FIELD.get(event.AGGREGATE)
            return None if kind is None else Link(kind, event.aggregate_id)
