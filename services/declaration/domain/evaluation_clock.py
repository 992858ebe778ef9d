"""What the clock does to evaluations: when one is due, and on which days a missing full year is told (4.6, P12)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ClockStep(StrEnum):
    """What a unit hears of, each at most once a day."""

    DUE = "due"
    FULL_YEAR = "full_year"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class ClockPace:
    """Whole days: before the filing deadline everything becomes due, and before the last day for full years people and
    units are reminded, at each of the steps once."""

    due_before_days: int
    remind_before_days: tuple[int, ...]


def days_left(last_day: date, today: date) -> int:
    """Whole days until the last day, 0 on it."""
    return max(0, (last_day - today).days)
