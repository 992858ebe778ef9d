"""The guards of evaluation, deadline, number and status, without a database."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.domain.content import Content, Period
from services.declaration.domain.declaration import State
from services.declaration.domain.evaluation import EvaluatedProbation, check_result, probation_of
from services.declaration.domain.evaluation_errors import (
    CannotEvaluateOneself,
    DeclarationNotEvaluable,
    ProbationNotOver,
    ProbationTooShort,
    ProvisionalStartTooLate,
)
from services.declaration.domain.filing_errors import FilingDeadlinePassed
from services.declaration.domain.qualified_list import is_late, number_of
from services.declaration.domain.status import same_name, value_of
from shared.clock import SHANGHAI

TODAY = date(2027, 1, 8)


def _period(begun: date, ended: date | None, *, current: bool = True) -> Period:
    return Period(is_current=current, first_day=begun, last_day=ended)


def _facts(*periods: Period, confirm: bool = True, **more: object) -> EvaluatedProbation:
    content = Content(periods=list(periods))
    confirmed = {one.id for one in periods} if confirm else set()
    values: dict[str, object] = {
        "declaration_state": "approved",
        "probation": probation_of(content, confirmed, TODAY),
        "fresh_graduate": False,
        "has_undertaking": False,
        "is_assistant_upgrade": False,
        "exam_year": 2027,
        "is_own_record": False,
        "institution_active": True,
        "profile_complete": True,
        "today": TODAY,
    }
    return EvaluatedProbation(**(values | more))  # type: ignore[arg-type]


@pytest.mark.requirement("B14")
@given(days=st.integers(0, 800))
def test_one_interval_qualifies_from_the_day_it_is_a_year(days: int) -> None:
    """One interval is full when its last day is at least twelve months less a day after its first."""
    begun = date(2024, 9, 1)
    facts = _facts(_period(begun, begun + timedelta(days=days)))
    if days >= 364:
        check_result("qualified", None, facts)
    else:
        with pytest.raises(ProbationTooShort):
            check_result("qualified", None, facts)


@pytest.mark.requirement("A32")
def test_unconfirmed_earlier_periods_do_not_count() -> None:
    """Half a year here and half a year there is a year only when the earlier half is confirmed."""
    earlier = _period(date(2025, 6, 1), date(2026, 1, 15), current=False)
    here = _period(date(2026, 2, 1), date(2026, 12, 31))
    check_result("qualified", None, _facts(earlier, here))
    with pytest.raises(ProbationTooShort):
        check_result("qualified", None, _facts(earlier, here, confirm=False))


def test_overlaps_count_once() -> None:
    """Two posts at the same time are one time (R09)."""
    twice = [_period(date(2026, 6, 1), date(2026, 12, 31), current=current) for current in (True, False)]
    with pytest.raises(ProbationTooShort):
        check_result("qualified", None, _facts(*twice))


def test_the_period_must_be_over() -> None:
    """A period that ends tomorrow is not over today; the assistant's upgrade needs no twelve months here."""
    with pytest.raises(ProbationNotOver):
        check_result("qualified", None, _facts(_period(date(2025, 1, 1), TODAY + timedelta(days=1))))
    check_result("qualified", None, _facts(_period(date(2025, 1, 1), TODAY)))
    check_result("qualified", None, _facts(_period(date(2026, 10, 1), TODAY), is_assistant_upgrade=True))


def test_provisional_starts_by_the_end_of_august() -> None:
    """Twelve months by 31 August of the exam year need a start by 31 August of the year before."""
    fresh = {"fresh_graduate": True, "has_undertaking": True}
    check_result("provisional", None, _facts(_period(date(2026, 8, 31), None), **fresh))
    with pytest.raises(ProvisionalStartTooLate):
        check_result("provisional", None, _facts(_period(date(2026, 9, 1), None), **fresh))


@pytest.mark.parametrize("state", [state.value for state in State])
def test_which_declarations_are_evaluated(state: str) -> None:
    """Approval and evaluation come in either order, but only for what is handed in and not sent back."""
    facts = _facts(_period(date(2025, 1, 1), TODAY), declaration_state=state)
    if state in ("submitted", "under_review", "approved"):
        check_result("unqualified", "skills_not_met", facts)
    else:
        with pytest.raises(DeclarationNotEvaluable):
            check_result("unqualified", "skills_not_met", facts)


def test_oneself_comes_first() -> None:
    """Who evaluates his own record learns nothing else about it."""
    with pytest.raises(CannotEvaluateOneself):
        check_result("qualified", None, _facts(is_own_record=True, declaration_state="draft"))


@pytest.mark.requirement("B13")
@given(seconds=st.integers(-86_400, 86_400), permitted=st.booleans())
def test_the_deadline_is_exclusive(seconds: int, permitted: bool) -> None:
    """Before the deadline nothing is late; from its very second on only with permission, and marked."""
    deadline = datetime(2027, 1, 12, tzinfo=SHANGHAI)
    now = deadline + timedelta(seconds=seconds)
    if seconds < 0:
        assert is_late(deadline, permitted, now) is False
    elif permitted:
        assert is_late(deadline, permitted, now) is True
    else:
        with pytest.raises(FilingDeadlinePassed):
            is_late(deadline, permitted, now)


def test_numbers_tell_kind_year_and_place() -> None:
    """A list's number names kind, year, prefecture and serial."""
    assert number_of("main", 2027, "420106", 12) == "QL2027-4201-000012"
    assert number_of("supplementary", 2027, "429004", 1) == "QS2027-4290-000001"
    assert number_of("cancellation", 2028, "422801", 7) == "QC2028-4228-000007"


@pytest.mark.requirement("C7")
def test_every_declaration_state_has_a_status() -> None:
    """No state of 4.4 is forgotten, and fresh graduates are filed provisionally until their year is full."""
    assert {value_of(state.value, None) for state in State} == {
        "in_progress",
        "approved",
        "filed",
        "lapsed",
        "revoked",
    }
    assert value_of("filed", "provisional_certified") == "filed_provisional"
    assert value_of("filed", "completed") == "filed"
    assert {value_of("filed", state) for state in ("lapsed", "evaluated_unqualified")} == {"lapsed"}
    assert value_of("approved", "provisional_certified") == "approved"


@pytest.mark.requirement("C7", "P12")
def test_what_was_filed_on_trust_ends_with_its_last_day() -> None:
    """Whatever the state says until the job has written it: lapsed; only what was revoked stays so."""
    said = {state: value_of(state.value, "provisional_certified", overdue=True) for state in State}
    assert said.pop(State.REVOKED) == "revoked"
    assert set(said.values()) == {"lapsed"}


@pytest.mark.parametrize(
    ("asked", "known", "same"),
    [
        ("张三", "张三", True),
        (" 张 三 ", "张三", True),
        ("阿依古丽.买买提", "阿依古丽·买买提", True),
        ("阿依古丽•买买提", "阿依古丽·买买提", True),
        ("王䶮", "王?", True),
        ("王䶮明", "王?", False),
        ("张三", "张四", False),
        ("?三", "张三", False),
        ("SMITH JOHN", "smith john", True),
    ],
)
def test_names_are_compared_as_people_write_them(asked: str, known: str, same: bool) -> None:
    """Space, width and case do not matter; `?` stands for a rare character in the known name only."""
    assert same_name(asked, known) is same
