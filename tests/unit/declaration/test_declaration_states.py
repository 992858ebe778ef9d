"""State machine 4.4 against a plain model that is written from the other side: per state, what may happen."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.declaration.domain.declaration import (
    EDITABLE,
    FINAL,
    STATE_ZH,
    WAITING,
    Action,
    State,
    allowed_actions,
    require_editable,
    restart,
    transition,
)
from services.declaration.domain.transition_errors import DeclarationExists, DeclarationNotEditable, TransitionRefused

# Every state that is not over may lapse with its year, and falls with the person's verification.
_LAPSE = {"lapse": "lapsed", "revoke_with_identity": "revoked"}
_DECIDE = {"approve": "approved", "return_for_modification": "returned", "reject": "rejected"}
_REOPEN = {"allow_modification": "modification_allowed"}
MODEL: dict[str, dict[str, str]] = {
    "draft": {"submit": "submitted"} | _LAPSE,
    "withdrawn": {"submit": "submitted"} | _LAPSE,
    "returned": {"submit": "submitted"} | _LAPSE,
    "modification_allowed": {"submit": "submitted"} | _LAPSE,
    "submitted": {"withdraw": "withdrawn", "claim": "under_review"} | _DECIDE | _REOPEN | _LAPSE,
    "under_review": {"withdraw": "withdrawn", "claim": "under_review", "release": "submitted"}
    | _DECIDE
    | _REOPEN
    | _LAPSE,
    "approved": {"file": "filed", "revoke": "revoked"} | _REOPEN | _LAPSE,
    "rejected": _REOPEN | _LAPSE,
    "filed": {"reopen": "modification_allowed", "revoke": "revoked"} | _LAPSE,
    "lapsed": {},
    "revoked": {},
}
_MOVES = sorted(set(Action) - {Action.CREATE, Action.RESTART})


@pytest.mark.requirement("A40", "A41", "A42")
@pytest.mark.parametrize("state", list(State))
def test_every_pair_of_state_and_action(state: State) -> None:
    """All pairs agree with the model: the target where it is listed, a refusal with the state where it is not."""
    assert allowed_actions(state) == {Action(name) for name in MODEL[state]}
    for action in _MOVES:
        if action in MODEL[state]:
            assert transition(state, action) == MODEL[state][action]
        else:
            with pytest.raises(TransitionRefused) as refused:
                transition(state, action)
            assert refused.value.facts == {"state": state.value, "state_zh": STATE_ZH[state]}
            assert STATE_ZH[state] in refused.value.sentence("zh")


class Life(RuleBasedStateMachine):
    """A declaration whose holder, unit and exam body try anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.handed_in = False
        self.decided = False

    @initialize()
    def created(self) -> None:
        """Every life begins as a draft."""
        assert self.state is State.DRAFT

    @rule(action=st.sampled_from(_MOVES))
    def tries(self, action: Action) -> None:
        """The machine moves exactly where the model says, or stays."""
        expected = MODEL[self.state].get(action)
        try:
            self.state = transition(self.state, action)
            assert self.state == expected
        except TransitionRefused:
            assert expected is None
            return
        self.handed_in = self.handed_in or action is Action.SUBMIT
        if action is Action.SUBMIT:
            self.decided = False
        if action in (Action.APPROVE, Action.REJECT, Action.RETURN):
            self.decided = True

    @rule(same=st.booleans())
    def starts_again(self, same: bool) -> None:
        """Only a rejected one, and only from another unit."""
        possible = self.state is State.REJECTED and not same
        try:
            self.state = restart(self.state, same_institution=same)
            assert possible
            self.decided = False
        except DeclarationExists:
            assert not possible

    @invariant()
    def nothing_is_filed_without_a_decision(self) -> None:
        """Approved and filed ones were handed in and decided (B11)."""
        if self.state in (State.APPROVED, State.FILED, State.REJECTED, State.RETURNED):
            assert self.handed_in
            assert self.decided

    @invariant()
    def the_candidate_never_writes_while_others_hold_it(self) -> None:
        """Editable, waiting and final states do not overlap; editing is refused outside the first (A40)."""
        assert not EDITABLE & (WAITING | FINAL | {State.APPROVED, State.FILED, State.REJECTED})
        if self.state in EDITABLE:
            require_editable(self.state)
        else:
            with pytest.raises(DeclarationNotEditable):
                require_editable(self.state)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
