"""The life of a binding and its guard against the specification (4.3, A25)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.institution.domain.binding import (
    STEPS,
    BindingEvent,
    BindingState,
    CycleEnd,
    DeclarationApprovedOrFiled,
    DeclarationUnderReview,
    KnownDeclaration,
    next_state,
    require_no_open_declaration,
)
from shared.clock import SHANGHAI
from shared.errors import Conflict

SPECIFIED: dict[tuple[BindingEvent, BindingState], BindingState] = {
    ("bind", "none"): "active",
    ("request", "none"): "pending",
    ("confirm", "pending"): "active",
    ("refuse", "pending"): "ended",
    ("unbind", "active"): "ended",
    ("unbind", "frozen"): "ended",
    ("release", "active"): "ended",
    ("release", "frozen"): "ended",
    ("change", "active"): "ended",
    ("change", "frozen"): "ended",
    ("freeze", "active"): "frozen",
    ("thaw", "frozen"): "active",
    ("revoke", "pending"): "ended",
    ("revoke", "active"): "ended",
    ("revoke", "frozen"): "ended",
    ("cancel", "pending"): "ended",
    ("expire", "pending"): "ended",
    ("supersede", "pending"): "ended",
    ("undo", "active"): "ended",
    ("undo", "frozen"): "ended",
    ("restore", "none"): "active",
    ("move", "active"): "ended",
    ("move", "frozen"): "ended",
    ("carry_over", "none"): "active",
    ("register", "active"): "active",
}
STATES: tuple[BindingState, ...] = ("none", "pending", "active", "frozen", "ended")
AUGUST = CycleEnd(8, 31)
IN_SPRING = datetime(2027, 3, 1, 12, 0, tzinfo=SHANGHAI)


@pytest.mark.requirement("A25")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", list(STEPS))
def test_every_step_is_as_specified(event: BindingEvent, state: BindingState) -> None:
    """Each pair of event and state leads where the specification says, or is refused by a named conflict."""
    if (event, state) in SPECIFIED:
        assert next_state(state, event) == SPECIFIED[event, state]
        return
    with pytest.raises(Conflict) as refusal:
        next_state(state, event)
    assert refusal.value.code != Conflict.code


declarations = st.lists(
    st.builds(
        KnownDeclaration,
        state=st.sampled_from(["submitted", "approved", "filed", "closed"]),
        cycle_year=st.integers(2024, 2029),
    ),
    max_size=6,
)


@pytest.mark.requirement("A25")
@given(known=declarations)
def test_the_guard_holds_for_open_declarations_of_unfinished_years(known: list[KnownDeclaration]) -> None:
    """In spring 2027 exactly declarations of 2027 and later hold, and one under review is named first."""
    states = {one.state for one in known if one.cycle_year >= 2027}
    if "submitted" in states:
        with pytest.raises(DeclarationUnderReview):
            require_no_open_declaration(known, AUGUST, IN_SPRING)
    elif states & {"approved", "filed"}:
        with pytest.raises(DeclarationApprovedOrFiled):
            require_no_open_declaration(known, AUGUST, IN_SPRING)
    else:
        require_no_open_declaration(known, AUGUST, IN_SPRING)
        assert not states - {"closed"}


def test_the_last_day_counts_to_its_end_in_shanghai() -> None:
    """At 23:59:59 of 31 August in Shanghai the year is not over, one second later it is."""
    last = datetime(2027, 8, 31, 23, 59, 59, tzinfo=SHANGHAI)
    assert not AUGUST.passed(2027, last)
    assert AUGUST.passed(2027, last + timedelta(seconds=1))
