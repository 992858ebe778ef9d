"""Which reminder is due: steps are whole days in Shanghai before the last day, negative ones after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from shared.clock import SHANGHAI

_TOLD_FROM: Final = time(8)
_TOLD_UNTIL: Final = time(20)
_EVER: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The ends for which `step` is the one in force: last days from `first_day` to `last_day`, which are ends after
    `after`, up to and including `until`."""

    step: int
    first_day: date
    last_day: date
    after: datetime
    until: datetime

    @property
    def today(self) -> date:
        """The day in Shanghai on which the step is in force."""
        return self.last_day - timedelta(days=self.step)


def tells_at(now: datetime) -> bool:
    """Whether people are told at this hour; what falls due at night comes in the morning."""
    return _TOLD_FROM <= now.astimezone(SHANGHAI).time() < _TOLD_UNTIL


def last_day_of(ends_at: datetime) -> date:
    """The last day in Shanghai before an exclusive end."""
    return (ends_at.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()


def days_until(ends_at: datetime, now: datetime) -> int:
    """Whole days until the last day, 0 on it and after it."""
    return max(0, (last_day_of(ends_at) - now.astimezone(SHANGHAI).date()).days)


def spans_of(steps: Sequence[int], now: datetime) -> list[Span]:
    """A span for each step, the most urgent one before the end first. No end lies in two, so of several steps that were
    missed the most urgent one remains; and no end that has passed lies in that of a step before it."""
    today = now.astimezone(SHANGHAI).date()
    before, after = sorted({one for one in steps if one >= 0}), sorted({one for one in steps if one < 0})
    spans, first = [], today
    for step in before:
        last = today + timedelta(days=step)
        spans.append(Span(step, first, last, max(now, _begin(first)), _begin(last + timedelta(days=1))))
        first = last + timedelta(days=1)
    first = _EVER
    for step in after:
        last = today + timedelta(days=step)
        spans.append(Span(step, first, last, _begin(first), min(now, _begin(last + timedelta(days=1)))))
        first = last + timedelta(days=1)
    return spans


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
