"""The life of an institution against the specification, written out a second time (4.2)."""

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import sampled_from

from services.institution.domain.institution_life import (
    FIRST_STATE,
    TRANSITIONS,
    InstitutionEvent,
    InstitutionNotActive,
    InstitutionState,
    Origin,
    next_state,
    require_active,
)
from shared.errors import Conflict

# (event, from) -> to, as the specification lists it.
SPECIFIED: dict[tuple[InstitutionEvent, InstitutionState], InstitutionState] = {
    ("submit", "draft"): "submitted",
    ("submit", "returned"): "submitted",
    ("claim", "submitted"): "under_review",
    ("approve", "under_review"): "active",
    ("return", "under_review"): "returned",
    ("reject", "under_review"): "rejected",
    ("activate", "issued"): "profile_incomplete",
    ("complete", "profile_incomplete"): "active",
    ("suspend", "active"): "suspended",
    ("resume", "suspended"): "active",
    ("merge", "active"): "merged",
    ("merge", "suspended"): "merged",
    ("close", "active"): "closed",
    ("close", "suspended"): "closed",
}
STATES: tuple[InstitutionState, ...] = (
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
)
FINAL = {"rejected", "merged", "closed"}


@pytest.mark.requirement("B5", "B9")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", list(TRANSITIONS))
def test_every_step_is_as_specified(event: InstitutionEvent, state: InstitutionState) -> None:
    """Each pair of event and state leads where the specification says, or is refused by a named conflict."""
    if (event, state) in SPECIFIED:
        assert next_state(state, event) == SPECIFIED[event, state]
        return
    with pytest.raises(Conflict) as refusal:
        next_state(state, event)
    assert refusal.value.code.startswith("institution_not_")


def test_every_refusal_says_what_to_do() -> None:
    """All refusals have a code of their own kind and a sentence in both languages."""
    for transition in TRANSITIONS.values():
        error = transition.refusal()
        assert error.sentence("zh") != Conflict().sentence("zh")
        assert error.sentence("en") != Conflict().sentence("en")


@pytest.mark.requirement("B9")
@pytest.mark.parametrize("state", STATES)
def test_only_an_active_institution_may_collect(state: InstitutionState) -> None:
    """Binding, review and filing are refused in every state but active."""
    if state == "active":
        require_active(state)
        return
    with pytest.raises(InstitutionNotActive):
        require_active(state)


class Life(RuleBasedStateMachine):
    """Any sequence of events, in any order."""

    state: InstitutionState

    @initialize(origin=sampled_from(["issued", "self_registered"]))
    def begin(self, origin: Origin) -> None:
        self.state, self.seen = FIRST_STATE[origin], {FIRST_STATE[origin]}
        self.origin = origin

    @rule(event=sampled_from(list(TRANSITIONS)))
    def happen(self, event: InstitutionEvent) -> None:
        expected = SPECIFIED.get((event, self.state))
        try:
            self.state = next_state(self.state, event)
        except Conflict:
            assert expected is None
        else:
            assert self.state == expected
            self.seen.add(self.state)

    @invariant()
    def nobody_works_without_profile_or_review(self) -> None:
        """Active is reached only through a complete profile or a review, according to the origin."""
        if "active" in getattr(self, "seen", set()):
            assert ("profile_incomplete" if self.origin == "issued" else "under_review") in self.seen

    @invariant()
    def what_is_final_stays(self) -> None:
        """From a final state nothing leads on."""
        if getattr(self, "state", None) in FINAL:
            assert not [event for event, source in SPECIFIED if source == self.state]


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
