"""The choice of the step: one at most, the most urgent that is reached, none out of its side of the end."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.clock import SHANGHAI
from shared.reminding.steps import Span, days_until, last_day_of, spans_of, tells_at

NOON = datetime(2027, 1, 10, 12, tzinfo=SHANGHAI)
BEGIN = datetime(2026, 1, 1, tzinfo=SHANGHAI)
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
step_lists = st.lists(st.integers(-90, 90), max_size=6)


def in_force(spans: list[Span], ends_at: datetime) -> list[int]:
    """The steps whose span holds an end."""
    return [span.step for span in spans if span.after < ends_at <= span.until]


def expected(steps: list[int], ends_at: datetime, now: datetime) -> list[int]:
    """The same by counting days: of the steps of the side of the end that are reached, the most urgent."""
    left = (last_day_of(ends_at) - now.date()).days
    reached = [step for step in steps if left <= step and (step >= 0) == (ends_at > now)]
    return [min(reached)] if reached else []


@pytest.mark.requirement("P12", "B15")
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=step_lists, now=moments, ends_at=moments)
def test_of_all_steps_that_are_reached_the_most_urgent_one_is_in_force(
    steps: list[int], now: datetime, ends_at: datetime
) -> None:
    """At any moment, for any end and any steps in any order: one at most, never one before the end after it."""
    assert in_force(spans_of(steps, now), ends_at) == expected(steps, ends_at, now)


@given(
    steps=st.lists(st.integers(-30, 30), min_size=1, max_size=5),
    ends_at=moments,
    gaps=st.lists(st.floats(0.1, 20), max_size=30),
)
def test_a_scheduler_that_comes_and_goes_tells_each_step_once_and_in_order(
    steps: list[int], ends_at: datetime, gaps: list[float]
) -> None:
    """However long it was down between its runs: what it tells becomes more urgent each time, one step per run."""
    now, told = ends_at - timedelta(days=40), list[int]()
    for gap in gaps:
        now += timedelta(days=gap)
        due = [step for step in in_force(spans_of(steps, now), ends_at) if not told or step < min(told)]
        assert len(due) <= 1
        told += due
    assert told == sorted(set(told), reverse=True)
    assert set(told) <= set(steps)


@given(steps=step_lists, now=moments)
def test_days_and_moments_of_a_span_say_the_same(steps: list[int], now: datetime) -> None:
    """For ends at midnight, as dates are: in by the one exactly when in by the other."""
    for span in spans_of(steps, now):
        for day in (span.first_day, span.last_day, span.last_day + timedelta(days=1), now.date()):
            ends_at = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
            assert (span.first_day <= day <= span.last_day) == (span.after < ends_at <= span.until)


@pytest.mark.parametrize(
    ("left", "step"), [(8, None), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 1), (-1, -1), (-9, -1), (-10, -10)]
)
def test_the_steps_of_an_example(left: int, step: int | None) -> None:
    """Seven, three and one day before the last day, and one and ten after it."""
    day = NOON.date() + timedelta(days=left + 1)
    ends_at = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    assert in_force(spans_of((7, 3, 1, -1, -10), NOON), ends_at) == ([] if step is None else [step])


def test_an_end_within_the_day_stops_the_steps_before_it() -> None:
    """Ten o'clock today has passed at noon; eighteen o'clock has not."""
    spans = spans_of((1,), NOON)
    assert in_force(spans, NOON.replace(hour=10)) == []
    assert in_force(spans, NOON.replace(hour=18)) == [1]


def test_days_are_counted_to_the_last_day() -> None:
    """The end of 31 August is 1 September 00:00: zero days are left on the 31st."""
    ends_at = datetime(2027, 9, 1, tzinfo=SHANGHAI)
    assert last_day_of(ends_at) == date(2027, 8, 31)
    assert [days_until(ends_at, datetime(2027, 8, day, 9, tzinfo=SHANGHAI)) for day in (24, 31)] == [7, 0]


def test_nobody_is_told_at_night() -> None:
    """From eight to twenty in Shanghai."""
    told = [hour for hour in range(24) if tells_at(NOON.replace(hour=hour))]
    assert told == list(range(8, 20))
