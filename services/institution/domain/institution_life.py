"""The life of an institution as a table (4.2): event -> allowed sources, target, and the refusal for all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from shared.errors import Conflict

InstitutionState = Literal[
    "draft",
    "submitted",
    "under_review",
    "returned",
    "rejected",
    "issued",
    "profile_incomplete",
    "active",
    "suspended",
    "merged",
    "closed",
]
InstitutionEvent = Literal[
    "submit", "claim", "approve", "return", "reject", "activate", "complete", "suspend", "resume", "merge", "close"
]
Origin = Literal["issued", "self_registered"]

FIRST_STATE: Final[Mapping[Origin, InstitutionState]] = {"issued": "issued", "self_registered": "draft"}

IN_LIBRARY: Final[frozenset[InstitutionState]] = frozenset({"issued", "profile_incomplete", "active", "suspended"})
"""States in which name and numbers are held; the unique indexes say the same."""

APPLYING: Final[frozenset[InstitutionState]] = frozenset({"draft", "submitted", "under_review", "returned", "rejected"})
"""States of an application: to applicant and reviewers only; for everybody else there is no such institution yet."""

TOLD_STEPS: Final[frozenset[InstitutionEvent]] = frozenset(
    {"submit", "approve", "return", "reject", "complete", "suspend", "resume", "merge", "close"}
)
"""Steps that somebody gets a message about (4.2)."""


class InstitutionNotEditable(Conflict):
    """Only a draft or returned application can be submitted."""

    code = "institution_not_editable"
    message_zh = "该申请已提交，不能重复提交，请查看办理进度。"
    message_en = "This application was already submitted; look at its progress."


class InstitutionNotSubmitted(Conflict):
    """Only a submitted application can be claimed."""

    code = "institution_not_submitted"
    message_zh = "该申请不在待受理状态，请刷新列表。"
    message_en = "This application is not waiting to be claimed; refresh the list."


class InstitutionNotUnderReview(Conflict):
    """Decisions need a claimed application."""

    code = "institution_not_under_review"
    message_zh = "该申请不在审核中，请先受理或刷新列表。"
    message_en = "This application is not under review; claim it first, or refresh the list."


class InstitutionNotIssued(Conflict):
    """Only an issued institution can be activated by its owner (C1)."""

    code = "institution_not_issued"
    message_zh = "该机构账号已激活，无需再次激活。"
    message_en = "This institution was activated before; nothing is left to do."


class InstitutionNotAwaitingProfile(Conflict):
    """Only an activated institution without a complete profile can be completed (B9)."""

    code = "institution_not_awaiting_profile"
    message_zh = "该机构当前不在完善资料阶段，请刷新后查看状态。"
    message_en = "This institution is not waiting for its profile; refresh to see its state."


class InstitutionNotActive(Conflict):
    """Binding, review and filing need an active institution (B9, B15)."""

    code = "institution_not_active"
    message_zh = "该机构尚未启用或已停用，暂不能办理；请联系该机构或其考试管理机构。"
    message_en = "This institution is not active, so this can not be done; contact it or its exam body."


class InstitutionNotSuspended(Conflict):
    """Only a suspended institution can be resumed."""

    code = "institution_not_suspended"
    message_zh = "该机构未被暂停，无需恢复。"
    message_en = "This institution is not suspended."


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `sources` to `target`; from elsewhere `refusal` is raised."""

    sources: frozenset[InstitutionState]
    target: InstitutionState
    refusal: type[Conflict]


def _from(*sources: InstitutionState) -> frozenset[InstitutionState]:
    return frozenset(sources)


TRANSITIONS: Final[Mapping[InstitutionEvent, Transition]] = {
    "submit": Transition(_from("draft", "returned"), "submitted", InstitutionNotEditable),
    "claim": Transition(_from("submitted"), "under_review", InstitutionNotSubmitted),
    "approve": Transition(_from("under_review"), "active", InstitutionNotUnderReview),
    "return": Transition(_from("under_review"), "returned", InstitutionNotUnderReview),
    "reject": Transition(_from("under_review"), "rejected", InstitutionNotUnderReview),
    "activate": Transition(_from("issued"), "profile_incomplete", InstitutionNotIssued),
    "complete": Transition(_from("profile_incomplete"), "active", InstitutionNotAwaitingProfile),
    "suspend": Transition(_from("active"), "suspended", InstitutionNotActive),
    "resume": Transition(_from("suspended"), "active", InstitutionNotSuspended),
    "merge": Transition(_from("active", "suspended"), "merged", InstitutionNotActive),
    "close": Transition(_from("active", "suspended"), "closed", InstitutionNotActive),
}


def next_state(state: InstitutionState, event: InstitutionEvent) -> InstitutionState:
    """The state after `event`. Raises the event's refusal when the table has no such step."""
    transition = TRANSITIONS[event]
    if state not in transition.sources:
        raise transition.refusal
    return transition.target


def require_active(state: InstitutionState) -> None:
    """Raises InstitutionNotActive (B9)."""
    if state != "active":
        raise InstitutionNotActive
