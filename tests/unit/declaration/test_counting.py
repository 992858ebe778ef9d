"""Counting probation time (section 6, R09): the published examples, the edges of a year, and what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.domain.content import CONTENT
from services.declaration.domain.counting import Interval, add_months, count, merge, whole_months

FAR = date(2030, 1, 1)


def days(text: str) -> list[Interval]:
    """`2025-01-01..2025-06-30 2025-07-01..2025-12-31` as intervals."""
    return [(date.fromisoformat(one[:10]), date.fromisoformat(one[12:])) for one in text.split()]


@pytest.mark.requirement("B14")
@pytest.mark.parametrize(
    ("intervals", "months", "full"),
    [
        ("2025-01-01..2025-12-31", 12, True),
        ("2025-01-01..2025-12-30", 11, False),
        ("2025-03-15..2026-03-14", 12, True),
        ("2025-03-15..2026-03-13", 11, False),
        ("2022-02-01..2023-02-01", 12, True),
        ("2024-01-01..2024-12-30", 11, False),
        ("2024-02-29..2025-02-27", 12, True),
        ("2024-02-29..2025-02-26", 11, False),
        ("2025-01-31..2026-01-30", 12, True),
        ("2025-01-01..2025-06-30 2025-07-01..2025-12-31", 12, True),
        ("2025-01-01..2025-06-30 2025-07-02..2026-01-01", 12, True),
        ("2025-01-01..2025-06-30 2025-07-02..2025-12-31", 11, False),
        ("2025-01-01..2025-08-31 2025-05-01..2025-12-31", 12, True),
        ("2025-01-01..2025-08-31 2025-02-01..2025-03-31", 8, False),
        ("2025-01-01..2025-01-30", 0, False),
        ("", 0, False),
    ],
)
def test_table(intervals: str, months: int, full: bool) -> None:
    """One interval is full at last >= first + 12 months - 1 day, several at 365 days in the union."""
    counted = count(days(intervals), FAR)
    assert (counted.months, counted.full_year) == (months, full)


def test_time_after_the_cut_off_does_not_count() -> None:
    """A planned end in the future is cut at the cut-off; what begins after it is left out."""
    counted = count(days("2025-01-01..2026-12-31 2026-07-01..2027-01-01"), date(2025, 12, 30))
    assert (counted.days, counted.full_year) == (364, False)


def test_months_without_days_count_from_first_to_first() -> None:
    """A record of 2022.02 to 2023.02 counts twelve months."""
    row = {"is_current": True, "from": "2022-02", "to": "2023-02"}
    period = CONTENT.validate_python({"periods": [row]}).periods[0]
    assert period.first_day is not None
    assert period.last_day is not None
    assert count([(period.first_day, period.last_day)], FAR).months == 12


def _interval(pair: tuple[date, int]) -> Interval:
    return pair[0], pair[0] + timedelta(days=pair[1])


_interval_strategy = st.tuples(st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.integers(0, 500)).map(_interval)


@pytest.mark.requirement("R09")
@given(st.lists(_interval_strategy, max_size=6))
def test_days_are_counted_once(intervals: list[Interval]) -> None:
    """The union holds exactly the days that some interval holds, whatever the order and overlap."""
    every = {first + timedelta(days=n) for first, last in intervals for n in range((last - first).days + 1)}
    counted = count(intervals, FAR)
    assert counted.days == len(every)
    assert count(list(reversed(intervals)), FAR) == counted
    gaps = [(left[1], right[0]) for left, right in zip(merge(intervals), merge(intervals)[1:], strict=False)]
    assert all((right - left).days > 1 for left, right in gaps)


@given(st.lists(_interval_strategy, min_size=1, max_size=6))
def test_twelve_months_and_a_full_year_are_the_same(intervals: list[Interval]) -> None:
    """What people read (12 months) never contradicts the decision (full or not)."""
    counted = count(intervals, FAR)
    assert (counted.months >= 12) == counted.full_year


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 40))
def test_whole_months_is_the_largest_that_fits(first: date, months: int) -> None:
    """The day before first + n months is the first day on which n months are whole."""
    last = add_months(first, months) - timedelta(days=1)
    if last >= first:
        assert whole_months(first, last) == months
        assert whole_months(first, last - timedelta(days=1)) < months
