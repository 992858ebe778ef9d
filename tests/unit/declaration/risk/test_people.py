"""Signals about supervisors, institutions and reviewers: F1 to F4, F13, F14, F18."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.declaration.domain.risk.deciding import hasty_decisions
from services.declaration.domain.risk.facts import ReviewerFacts, Trainee
from services.declaration.domain.risk.guidance import many_trainees, number_in_doubt
from services.declaration.domain.risk.volume import guessed_codes, sanctioned_before, sudden_growth, too_few_physicians
from shared.clock import SHANGHAI
from tests.unit.declaration.risk.samples import ON, id_of, institution, limits, supervisor


@pytest.mark.requirement("F1")
@pytest.mark.parametrize(("people", "found"), [(4, False), (5, False), (6, True), (20, True)])
def test_trainees_at_once(people: int, found: bool) -> None:
    """More than five at the same time, and the hit says who and when."""
    finding = many_trainees(supervisor(people), limits("F1"))
    assert (finding is not None) == found
    if finding is not None:
        assert (finding.value, len(finding.declarations)) == (people, people)
        assert "2025-07-01" in finding.zh


@pytest.mark.requirement("F1")
def test_one_after_the_other_is_not_at_once() -> None:
    """Who leaves the day before the next one comes was never there with him; two rows of one person are one person."""
    begins = date(2025, 1, 1)
    month = timedelta(days=30)
    row = [Trainee(id_of(n), begins + n * month, begins + (n + 1) * month - timedelta(days=1)) for n in range(30)]
    again = [Trainee(id_of(7), begins, begins + 40 * month)] * 10
    assert many_trainees(replace(supervisor(), trainees=(*row, *again)), limits("F1", trainees=2)) is None


@pytest.mark.requirement("F4")
@pytest.mark.parametrize(
    ("change", "doubts"),
    [
        ({}, []),
        ({"level": 2}, ["assistant_level"]),
        ({"level": 4}, ["assistant_level"]),
        ({"level": 3}, []),
        ({"elsewhere": (id_of(9),)}, ["registered_elsewhere"]),
        ({"elsewhere": (id_of(9),), "multi_site": True}, []),
        ({"two_names": True, "unfit": (id_of(100),)}, ["two_names", "wrong_category"]),
    ],
)
def test_a_number_that_does_not_hold(change: dict[str, Any], doubts: list[str]) -> None:
    """Each doubt about a number is named; without trainees there is nothing to doubt."""
    finding = number_in_doubt(supervisor(**change), limits("F4"))
    assert ([] if finding is None else finding.inputs["doubts"]) == doubts
    assert number_in_doubt(supervisor(0, **change), limits("F4")) is None


@pytest.mark.requirement("F2")
@pytest.mark.parametrize(
    ("trainees", "physicians", "found"),
    [
        ({"clinical": 9}, {"clinical": 5}, False),
        ({"clinical": 10}, {"clinical": 5}, False),
        ({"clinical": 11}, {"clinical": 5}, True),
        ({"dental": 1}, {"clinical": 5}, True),
        ({"dental": 1}, {}, False),
        ({"dental": 1}, None, False),
    ],
)
def test_trainees_per_physician(trainees: dict[str, int], physicians: dict[str, int] | None, found: bool) -> None:
    """More than two per physician of the category, or none at all; a profile that does not say is no proof."""
    facts = institution(trainees=trainees, physicians=physicians)
    assert (too_few_physicians(facts, limits("F2")) is not None) == found


@pytest.mark.requirement("F3")
@pytest.mark.parametrize(
    ("kind", "declared", "before", "found"),
    [
        ("general_hospital", 9, 2, False),
        ("general_hospital", 10, 3, True),
        ("general_hospital", 12, 4, False),
        ("general_hospital", 13, 4, True),
        ("general_hospital", 100, None, False),
        ("general_hospital", 10, 0, True),
        ("clinic", 5, 5, False),
        ("clinic", 6, 6, True),
        ("village_clinic", 6, None, True),
    ],
)
def test_growth(kind: str, declared: int, before: int | None, found: bool) -> None:
    """More than three times last year's and at least ten; more than five at a clinic."""
    facts = institution(kind=kind, declared=declared, before=before)
    assert (sudden_growth(facts, limits("F3")) is not None) == found


@pytest.mark.requirement("F13")
@pytest.mark.parametrize(("wrong", "found"), [(0, False), (29, False), (30, True), (31, True)])
def test_guessed_codes(wrong: int, found: bool) -> None:
    """So many wrong codes in a year."""
    assert (guessed_codes(institution(wrong_codes=wrong), limits("F13")) is not None) == found


@pytest.mark.requirement("F18")
@pytest.mark.parametrize(
    ("on", "declared", "found"),
    [(date(2023, 12, 20), 1, True), (date(2023, 12, 19), 1, False), (date(2025, 1, 1), 0, False)],
)
def test_sanctioned_before(on: date, declared: int, found: bool) -> None:
    """Within the last three years, and only where somebody declares."""
    facts = institution(declared=declared, sanctions=(("F1", on),), today=ON)
    assert (sanctioned_before(facts, limits("F18")) is not None) == found


def decided(begins: datetime, count: int, apart: timedelta) -> ReviewerFacts:
    """So many decisions, each so long after the one before."""
    return ReviewerFacts(id_of(3), id_of(1), tuple((begins + n * apart, id_of(n)) for n in range(count)))


@pytest.mark.requirement("F14")
@pytest.mark.parametrize(("count", "seconds", "found"), [(9, 4, False), (10, 4, True), (10, 5, False), (200, 5, False)])
def test_fast_decisions(count: int, seconds: int, found: bool) -> None:
    """Ten in a row, each less than five seconds after the one before."""
    facts = decided(datetime(2026, 12, 20, 10, tzinfo=SHANGHAI), count, timedelta(seconds=seconds))
    finding = hasty_decisions(facts, limits("F14"))
    assert (finding is not None) == found
    assert finding is None or len(finding.declarations) == count


@pytest.mark.requirement("F14")
@pytest.mark.parametrize(
    ("hour", "count", "found"), [(23, 30, False), (23, 31, True), (5, 31, True), (6, 31, False), (21, 31, False)]
)
def test_decisions_at_night(hour: int, count: int, found: bool) -> None:
    """More than thirty within one hour between ten in the evening and six in the morning."""
    facts = decided(datetime(2026, 12, 20, hour, tzinfo=SHANGHAI), count, timedelta(seconds=60))
    assert (hasty_decisions(facts, limits("F14")) is not None) == found
