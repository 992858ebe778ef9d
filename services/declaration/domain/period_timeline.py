"""The probation drawn as a line: work, overlaps, interruptions and gaps; what counts, what lacks for a year (P8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Period
from services.declaration.domain.counting import Count, Interval, add_months, count
from services.declaration.domain.cycle import Cycle
from services.declaration.domain.probation_time import bounds, long_leaves, worked

_DAY: Final = timedelta(days=1)
_YEAR_MONTHS: Final = 12
_YEAR_DAYS: Final = 365


class Kind(StrEnum):
    """What a stretch of days is."""

    WORK = "work"
    OVERLAP = "overlap"
    INTERRUPTION = "interruption"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Segment:
    """Days of one kind, first and last included, and the rows they belong to: none for a gap."""

    kind: Kind
    first_day: date
    last_day: date
    period_ids: tuple[UUID, ...]

    @property
    def days(self) -> int:
        """How many."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class Reached:
    """What counts until a day, and how many more days of work would make it a full year; 0 when it is one."""

    until: date
    count: Count
    missing_days: int


def count_until(periods: Sequence[Period], until: date, leave_days: int) -> Count:
    """Probation in all rows until a day, long leaves out, overlaps once (R09)."""
    return count([one for period in periods for one in worked(period, until, leave_days)], until)


def reached(periods: Sequence[Period], until: date, leave_days: int) -> Reached:
    """What counts until a day, and what lacks then."""
    counted = count_until(periods, until, leave_days)
    if counted.full_year:
        return Reached(until, counted, 0)
    if not counted.intervals:
        return Reached(until, counted, _YEAR_DAYS)
    first, last = counted.intervals[-1]
    alone = (add_months(first, _YEAR_MONTHS) - _DAY - last).days
    together = alone if len(counted.intervals) == 1 else min(alone, _YEAR_DAYS - counted.days)
    return Reached(until, counted, together)


def full_on(periods: Sequence[Period], leave_days: int, latest: date) -> date | None:
    """The first day on which a year is full if the current row goes on as it is; None when it is not by `latest`."""
    begun = [one.first_day for one in periods if one.first_day is not None]
    if not begun or not count_until(periods, latest, leave_days).full_year:
        return None
    low, high = min(begun), latest
    while low < high:
        middle = low + (high - low) // 2
        if count_until(periods, middle, leave_days).full_year:
            high = middle
        else:
            low = middle + _DAY
    return low


def segments(periods: Sequence[Period], until: date, leave_days: int) -> list[Segment]:
    """Every day from the first row's beginning to the last one's end, in stretches of one kind and the same rows.
    An interruption while one works elsewhere is work."""
    working = [(one, period.id) for period in periods for one in worked(period, until, leave_days)]
    resting = [(one, period.id) for period in periods for one in long_leaves(period, until, leave_days)]
    rows = [row for row in (bounds(period, until) for period in periods) if row is not None]
    edges = sorted({edge for (first, last), _ in (*working, *resting) for edge in (first, last + _DAY)})
    drawn: list[Segment] = []
    for first, following in pairwise(edges):
        at_work, at_rest = _who(working, first), _who(resting, first)
        kind = _kind(len(at_work), len(at_rest))
        drawn.append(Segment(kind, first, following - _DAY, at_work or at_rest))
    assert not rows or (drawn[0].first_day, drawn[-1].last_day) == _span(rows), "every day is drawn"
    return _joined(drawn)


def _span(rows: Sequence[Interval]) -> Interval:
    return min(first for first, _ in rows), max(last for _, last in rows)


def _who(intervals: Sequence[tuple[Interval, UUID]], day: date) -> tuple[UUID, ...]:
    return tuple(sorted({period_id for (first, last), period_id in intervals if first <= day <= last}))


def _kind(at_work: int, at_rest: int) -> Kind:
    if at_work:
        return Kind.OVERLAP if at_work > 1 else Kind.WORK
    return Kind.INTERRUPTION if at_rest else Kind.GAP


def _joined(drawn: Sequence[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for one in drawn:
        before = joined[-1] if joined else None
        if before is not None and (before.kind, before.period_ids) == (one.kind, one.period_ids):
            joined[-1] = Segment(one.kind, before.first_day, one.last_day, one.period_ids)
        else:
            joined.append(one)
    return joined


@dataclass(frozen=True, slots=True)
class PeriodTimeline:
    """Everything a client draws: `segments` until today, and what counts at three days; `full_on` is when the year is
    full if the current row goes on, looked for until a year after the completion deadline."""

    segments: tuple[Segment, ...]
    so_far: Reached
    at_registration: Reached
    by_completion: Reached
    full_on: date | None
    leave_days: int


def period_timeline(periods: Sequence[Period], cycle: Cycle, today: date) -> PeriodTimeline:
    """The rows as an exam year counts them, seen from `today`."""
    allowed = cycle.leave_days
    return PeriodTimeline(
        tuple(segments(periods, today, allowed)),
        reached(periods, today, allowed),
        reached(periods, cycle.registration_day, allowed),
        reached(periods, cycle.completion_day, allowed),
        full_on(periods, allowed, add_months(cycle.completion_day, _YEAR_MONTHS)),
        allowed,
    )
