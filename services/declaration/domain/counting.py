"""Counting probation time: the union of intervals, overlaps once (R09), and when a year is full (section 6)."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_DAY: Final = timedelta(days=1)
_IN_EVERY_MONTH: Final = 28
_FULL_YEAR_MONTHS: Final = 12
# Several separate intervals are full together at this many days; no page gives a figure, the domain assumes it.
_FULL_YEAR_DAYS: Final = 365

Interval = tuple[date, date]
"""First and last day, both counted."""


@dataclass(frozen=True, slots=True)
class Count:
    """`days` and whole `months` in the union of intervals; `full_year` is the law's twelve months."""

    days: int
    months: int
    full_year: bool
    intervals: tuple[Interval, ...]


def add_months(day: date, months: int) -> date:
    """The same day of a later (or, negative, an earlier) month; the month's last day where there is no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if day.day <= _IN_EVERY_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(first: date, last: date) -> int:
    """The largest n for which last >= first + n months - 1 day; 0 for less than a month."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    while months > 0 and last < add_months(first, months) - _DAY:
        months -= 1
    return max(months, 0)


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Disjoint intervals in order; those that overlap or follow without a gap become one."""
    merged: list[Interval] = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1] + _DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def count(intervals: Iterable[Interval], until: date) -> Count:
    """What of `intervals` lies on or before `until`, counted.

    Full: one interval with last >= first + 12 months - 1 day, or several with 365 days in the union.
    """
    merged = merge((first, min(last, until)) for first, last in intervals if first <= min(last, until))
    days = sum((last - first).days + 1 for first, last in merged)
    months = [whole_months(first, last) for first, last in merged]
    longest = max(months, default=0)
    if len(merged) < 2:
        return Count(days, longest, longest >= _FULL_YEAR_MONTHS, merged)
    together = days * _FULL_YEAR_MONTHS // _FULL_YEAR_DAYS
    full = longest >= _FULL_YEAR_MONTHS or days >= _FULL_YEAR_DAYS
    return Count(days, max(together, longest), full, merged)
