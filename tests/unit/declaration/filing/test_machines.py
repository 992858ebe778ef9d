"""The state machines 4.6 and 4.7, compared pair by pair with the tables of the domain, and walked at random."""

import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.declaration.domain import evaluation, qualified_list
from services.declaration.domain.evaluation import LISTABLE, EvaluationState, EvaluationStep
from services.declaration.domain.evaluation_errors import EvaluationStepNotAllowed
from services.declaration.domain.filing_errors import ListStepNotAllowed
from services.declaration.domain.qualified_list import DOWNLOADABLE, OPEN, ListState, ListStep

EVALUATION = {
    "in_progress": {
        "reach_due": "due",
        "evaluate_qualified": "evaluated_qualified",
        "evaluate_unqualified": "evaluated_unqualified",
        "certify_provisionally": "provisional_certified",
    },
    "due": {"evaluate_qualified": "evaluated_qualified", "evaluate_unqualified": "evaluated_unqualified"},
    "provisional_certified": {"complete": "completed", "fail_full_year": "evaluated_unqualified", "lapse": "lapsed"},
    "evaluated_qualified": {"issue_certificate": "certified"},
    "certified": {"void": "voided"},
    "completed": {"void": "voided"},
}
JUDGED = {"evaluated_qualified", "evaluated_unqualified", "provisional_certified", "certified", "completed"}
QUALIFIED_LIST = {
    "draft": {"generate": "generated"},
    "generated": {"print": "printed", "discard": "void"},
    "printed": {"upload_seal": "sealed_uploaded", "discard": "void"},
    "sealed_uploaded": {"upload_seal": "sealed_uploaded", "submit": "submitted", "discard": "void"},
    "submitted": {"accept": "accepted", "return": "returned"},
    "returned": {"discard": "void"},
}


@pytest.mark.requirement("B13", "B14")
@pytest.mark.parametrize(("state", "step"), [*itertools.product(EvaluationState, EvaluationStep)])
def test_evaluation_moves_exactly_as_the_domain_says(state: EvaluationState, step: EvaluationStep) -> None:
    """Each of the 81 pairs of state and step leads where 4.6 says, or is refused with the state in the sentence."""
    expected = EVALUATION.get(state.value, {}).get(step.value)
    if expected is None:
        with pytest.raises(EvaluationStepNotAllowed) as refused:
            evaluation.step_to(state, step)
        assert evaluation.STATE_ZH[state] in refused.value.sentence("zh")
    else:
        assert evaluation.step_to(state, step).value == expected


def test_the_table_of_evaluations_has_no_state_or_step_of_its_own() -> None:
    """9 states and 9 steps, each state reached and each step used by 4.6."""
    used = {step for steps in EVALUATION.values() for step in steps}
    reached = {"in_progress"} | {state for steps in EVALUATION.values() for state in steps.values()}
    assert (used, reached) == ({one.value for one in EvaluationStep}, {one.value for one in EvaluationState})


@pytest.mark.requirement("A42")
@pytest.mark.parametrize("state", EvaluationState)
def test_a_new_submission_takes_a_judgement_away(state: EvaluationState) -> None:
    """Outside 4.6: what was judged of an earlier submission is voided; what is over stays over."""
    if state.value in JUDGED | {"in_progress", "due"}:
        assert evaluation.superseded(state) is EvaluationState.VOIDED
    else:
        with pytest.raises(EvaluationStepNotAllowed):
            evaluation.superseded(state)


@pytest.mark.requirement("B13")
def test_list_moves_exactly_as_the_domain_says() -> None:
    """Each of the 56 pairs of state and step leads where the table says, or is refused."""
    for state, step in itertools.product(ListState, ListStep):
        expected = QUALIFIED_LIST.get(state.value, {}).get(step.value)
        if expected is None:
            with pytest.raises(ListStepNotAllowed):
                qualified_list.step_to(state, step)
        else:
            assert qualified_list.step_to(state, step).value == expected


def test_who_can_be_listed() -> None:
    """Only a qualified or provisional judgement that still counts puts somebody on a list."""
    assert {state.value for state in LISTABLE} == {
        "evaluated_qualified",
        "certified",
        "completed",
        "provisional_certified",
    }


class ListLife(RuleBasedStateMachine):
    """Random steps: nothing leaves a final state, and what was handed in was sealed before."""

    def __init__(self) -> None:
        super().__init__()
        self.state = ListState.DRAFT
        self.path: list[ListState] = [self.state]

    @rule(step=st.sampled_from(list(ListStep)))
    def try_step(self, step: ListStep) -> None:
        """Take the step if the machine lets it."""
        try:
            self.state = qualified_list.step_to(self.state, step)
        except ListStepNotAllowed:
            return
        self.path.append(self.state)

    @invariant()
    def handed_in_means_printed_and_sealed(self) -> None:
        """4.7: a list is generated, printed and sealed before anybody receives it."""
        if ListState.SUBMITTED in self.path:
            before = self.path[: self.path.index(ListState.SUBMITTED)]
            assert [*dict.fromkeys(before)] == [
                ListState.DRAFT,
                ListState.GENERATED,
                ListState.PRINTED,
                ListState.SEALED_UPLOADED,
            ]

    @invariant()
    def final_is_final(self) -> None:
        """Accepted and void end the path."""
        assert not {ListState.ACCEPTED, ListState.VOID} & set(self.path[:-1])

    @invariant()
    def files_leave_after_printing_only(self) -> None:
        """The file is served only when paper may exist."""
        if self.state in DOWNLOADABLE:
            assert ListState.PRINTED in self.path

    @invariant()
    def decided_lists_are_not_open(self) -> None:
        """An accepted, returned or void list makes room for the next one."""
        assert (self.state in OPEN) == (self.state not in (ListState.ACCEPTED, ListState.RETURNED, ListState.VOID))


TestListLife = ListLife.TestCase
TestListLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
