"""State machine 4.4 of a declaration: one table of allowed moves, one refusal per verb."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.declaration.domain.transition_errors import (
    DeclarationAlreadyDecided,
    DeclarationExists,
    DeclarationFinal,
    DeclarationNotApproved,
    DeclarationNotEditable,
    DeclarationNotFiled,
    DeclarationNotUnderReview,
    ModificationNotPossible,
    TransitionRefused,
)


class State(StrEnum):
    """Where a declaration stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    MODIFICATION_ALLOWED = "modification_allowed"
    FILED = "filed"
    LAPSED = "lapsed"
    REVOKED = "revoked"


class Action(StrEnum):
    """What moves it; the value is what the timeline shows (A39)."""

    CREATE = "create"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CLAIM = "claim"
    RELEASE = "release"
    APPROVE = "approve"
    RETURN = "return_for_modification"
    REJECT = "reject"
    ALLOW_MODIFICATION = "allow_modification"
    RESTART = "restart"
    FILE = "file"
    REOPEN = "reopen"
    LAPSE = "lapse"
    REVOKE = "revoke"
    REVOKE_WITH_IDENTITY = "revoke_with_identity"


EDITABLE: Final = frozenset({State.DRAFT, State.WITHDRAWN, State.MODIFICATION_ALLOWED, State.RETURNED})
"""The candidate may change content and files, and submit."""
WAITING: Final = frozenset({State.SUBMITTED, State.UNDER_REVIEW})
"""Handed in, no decision yet (未审核)."""
FINAL: Final = frozenset({State.LAPSED, State.REVOKED})
KEEP_FIRST_APPROVAL: Final = frozenset({Action.CLAIM, Action.RELEASE})
"""Only these leave the word of a first reviewer where it is: with every other step it is used or void."""

STATE_ZH: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.DRAFT: "草稿",
        State.SUBMITTED: "已提交待审核",
        State.UNDER_REVIEW: "审核中",
        State.WITHDRAWN: "已撤回",
        State.APPROVED: "审核通过",
        State.RETURNED: "退回修改",
        State.REJECTED: "审核不通过",
        State.MODIFICATION_ALLOWED: "允许修改",
        State.FILED: "已备案",
        State.LAPSED: "已失效",
        State.REVOKED: "已撤销",
    }
)

_RULES: Final[Mapping[Action, tuple[frozenset[State], State, type[TransitionRefused]]]] = MappingProxyType(
    {
        Action.SUBMIT: (EDITABLE, State.SUBMITTED, DeclarationNotEditable),
        Action.WITHDRAW: (WAITING, State.WITHDRAWN, DeclarationAlreadyDecided),
        # A claim may be taken over once it timed out, so it also moves from under_review to itself.
        Action.CLAIM: (WAITING, State.UNDER_REVIEW, DeclarationNotUnderReview),
        Action.RELEASE: (frozenset({State.UNDER_REVIEW}), State.SUBMITTED, DeclarationNotUnderReview),
        Action.APPROVE: (WAITING, State.APPROVED, DeclarationNotUnderReview),
        Action.RETURN: (WAITING, State.RETURNED, DeclarationNotUnderReview),
        Action.REJECT: (WAITING, State.REJECTED, DeclarationNotUnderReview),
        Action.ALLOW_MODIFICATION: (
            WAITING | {State.APPROVED, State.REJECTED},
            State.MODIFICATION_ALLOWED,
            ModificationNotPossible,
        ),
        Action.FILE: (frozenset({State.APPROVED}), State.FILED, DeclarationNotApproved),
        Action.REOPEN: (frozenset({State.FILED}), State.MODIFICATION_ALLOWED, DeclarationNotFiled),
        # Of the filed ones only provisional ones lapse; which they are, the caller knows (4.6).
        Action.LAPSE: (frozenset(State) - FINAL, State.LAPSED, DeclarationFinal),
        # With the person's verification everything falls that is not over (4.1).
        Action.REVOKE_WITH_IDENTITY: (frozenset(State) - FINAL, State.REVOKED, DeclarationFinal),
        Action.REVOKE: (frozenset({State.APPROVED, State.FILED}), State.REVOKED, DeclarationNotApproved),
    }
)


def transition(state: State, action: Action) -> State:
    """The state after `action`. Raises the TransitionRefused subclass that belongs to the action (4.4)."""
    allowed, target, refusal = _RULES[action]
    if state not in allowed:
        raise refusal(state=state.value, state_zh=STATE_ZH[state])
    return target


def allowed_actions(state: State) -> frozenset[Action]:
    """Every action that `transition` accepts in this state."""
    return frozenset(action for action, (allowed, _, _) in _RULES.items() if state in allowed)


def restart(state: State, *, same_institution: bool) -> State:
    """A rejected candidate who bound to another institution begins again in the same cycle (4.4).

    Raises DeclarationExists in every other case: one declaration per person and cycle.
    """
    if state is State.REJECTED and not same_institution:
        return State.DRAFT
    raise DeclarationExists


def require_editable(state: State) -> None:
    """Raises DeclarationNotEditable unless the candidate may change content and files (A40)."""
    if state not in EDITABLE:
        raise DeclarationNotEditable(state=state.value, state_zh=STATE_ZH[state])
