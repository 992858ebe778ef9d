"""Which days of a row count as probation: from the first to the last, without long leaves (section 6, R09)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from services.declaration.domain.content import Content, Period
from services.declaration.domain.counting import Interval, merge
from shared.errors import FieldProblem

LEAVE_DAYS: Final = 30
"""No page says how long a leave may last without being subtracted; every exam year sets it, this is where it begins."""
_DAY: Final = timedelta(days=1)


def bounds(period: Period, until: date) -> Interval | None:
    """First and last day of a row; a current row without an end lasts until `until`. None for a row that begins
    later, or lacks a date."""
    last = period.last_day or (until if period.is_current else None)
    if period.first_day is None or last is None or not period.first_day <= min(last, until):
        return None
    return period.first_day, min(last, until)


def long_leaves(period: Period, until: date, leave_days: int) -> list[Interval]:
    """The interruptions of a row that are subtracted: those longer than `leave_days`, adjacent ones taken together."""
    if (row := bounds(period, until)) is None:
        return []
    inside = ((max(one.first_day, row[0]), min(one.last_day, row[1])) for one in period.interruptions)
    leaves = merge((first, last) for first, last in inside if first <= last)
    return [(first, last) for first, last in leaves if (last - first).days + 1 > leave_days]


def worked(period: Period, until: date, leave_days: int) -> list[Interval]:
    """The intervals of a row that count, in order."""
    if (row := bounds(period, until)) is None:
        return []
    first, last = row
    found = []
    for leave_first, leave_last in long_leaves(period, until, leave_days):
        if first < leave_first:
            found.append((first, leave_first - _DAY))
        first = leave_last + _DAY
    return [*found, (first, last)] if first <= last else found


def interruption_problems(content: Content) -> Iterator[FieldProblem]:
    """Interruptions that end before they begin, or do not lie in their row."""
    for row, period in enumerate(content.periods):
        for number, one in enumerate(period.interruptions):
            pointer = f"/periods/{row}/interruptions/{number}"
            if one.last_day < one.first_day:
                zh, en = "中断的结束日期不能早于开始日期。", "The interruption ends before it begins."
                yield FieldProblem(f"{pointer}/to", "date_order", zh, en)
            before = period.first_day is not None and one.first_day < period.first_day
            after = period.last_day is not None and one.last_day > period.last_day
            if before or after:
                zh, en = "中断须在本段经历的起止日期之内。", "An interruption lies within the dates of its row."
                yield FieldProblem(pointer, "interruption_outside_row", zh, en)
