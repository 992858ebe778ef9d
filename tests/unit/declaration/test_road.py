"""The three steps to be registered, and what is left of each (A1), for every state of a declaration."""

import pytest

from services.declaration.domain.cycle import CycleState
from services.declaration.domain.declaration import State
from services.declaration.domain.road import Standing, road

OPEN, REGISTERING = CycleState.DECLARATION_OPEN, CycleState.NATIONAL_REGISTRATION_OPEN
UNSENT = {None, State.DRAFT, State.WITHDRAWN, State.RETURNED, State.MODIFICATION_ALLOWED}
FIRST = {
    None: ("todo", ["start_declaration"]),
    State.DRAFT: ("todo", ["complete_and_submit"]),
    State.WITHDRAWN: ("todo", ["complete_and_submit"]),
    State.RETURNED: ("todo", ["complete_and_submit"]),
    State.MODIFICATION_ALLOWED: ("todo", ["complete_and_submit"]),
    State.SUBMITTED: ("waiting", ["unit_reviews"]),
    State.UNDER_REVIEW: ("waiting", ["unit_reviews"]),
    State.APPROVED: ("done", ["unit_evaluates", "unit_files"]),
    State.FILED: ("done", ["unit_evaluates"]),
    State.REJECTED: ("blocked", ["contact_unit"]),
    State.LAPSED: ("blocked", ["contact_exam_body"]),
    State.REVOKED: ("blocked", ["contact_exam_body"]),
}


def standing(state: State | None, cycle: CycleState = OPEN, *, evaluated: bool = False, open: bool = True) -> Standing:
    """Somebody verified and bound, in time unless said otherwise."""
    return Standing(True, True, state, evaluated, cycle, open)


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("state", [None, *State])
def test_only_an_approved_declaration_opens_the_next_steps(state: State | None) -> None:
    """Every state has its answer; the second and third step are locked unless the unit approved."""
    first, second, third = road(standing(state, REGISTERING))
    assert (first.state, [one.code for one in first.left]) == FIRST[state]
    expected = "todo" if state in (State.APPROVED, State.FILED) else "locked"
    assert [second.state, third.state] == [expected] * 2
    assert [one.code for one in (*second.left, *third.left)] == (
        ["register", "upload_and_pay"] if expected == "todo" else []
    )
    assert [one.step for one in (first, second, third)] == [
        "declaration",
        "national_registration",
        "provincial_upload",
    ]


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("state", [None, *State])
def test_who_has_not_handed_in_in_time_is_told_so(state: State | None) -> None:
    """Once nothing can be handed in any more, the first step is over for whoever has not, also without a verification;
    for the others it stands as before."""
    first = road(standing(state, REGISTERING, open=False))[0]
    expected = ("over", ["declare_next_year"]) if state in UNSENT else FIRST[state]
    assert (first.state, [one.code for one in first.left]) == expected
    nobody = Standing(verified=False, bound=False, declaration=None, evaluated=False, cycle=REGISTERING, open=False)
    assert [one.code for one in road(nobody)[0].left] == ["declare_next_year"]


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("cycle", CycleState)
def test_the_other_networks_open_and_close_with_the_year(cycle: CycleState) -> None:
    """Before national registration opens there is nothing to do yet, afterwards it is over."""
    _, second, third = road(standing(State.FILED, cycle, evaluated=True))
    over = {CycleState.PROVISIONAL_COMPLETION, CycleState.CLOSED, CycleState.ARCHIVED}
    expected = "todo" if cycle is REGISTERING else "over" if cycle in over else "not_yet_open"
    assert [second.state, third.state] == [expected] * 2


@pytest.mark.requirement("A1")
def test_what_comes_before_a_declaration_is_left_too() -> None:
    """Who is not verified or bound is told that first; filed and evaluated, nothing is left of the first step."""
    nobody = Standing(verified=False, bound=False, declaration=None, evaluated=False, cycle=OPEN, open=True)
    assert [one.code for one in road(nobody)[0].left] == ["verify_identity", "bind_unit", "start_declaration"]
    assert road(standing(State.FILED, evaluated=True))[0].left == ()
