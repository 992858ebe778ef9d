"""Under fourteen: the boundary of the birth date (V60, PIPL 31)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.minors import fourteenth_birthday, needs_guardian
from shared.clock import FrozenClock


@pytest.mark.requirement("V60")
@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        (date(2012, 11, 25), date(2026, 11, 24), True),
        (date(2012, 11, 25), date(2026, 11, 25), False),
        (date(2012, 11, 26), date(2026, 11, 25), True),
        (date(2012, 2, 29), date(2026, 2, 28), True),
        (date(2012, 2, 29), date(2026, 3, 1), False),
        (date(2014, 2, 28), date(2028, 2, 28), False),
        (date(2014, 3, 1), date(2028, 2, 29), True),
        (date(1990, 1, 1), date(2026, 11, 25), False),
    ],
)
def test_the_day_decides(born: date, today: date, expected: bool) -> None:
    """The day before the fourteenth birthday a guardian is needed, on the day no more; a leap day's child waits for
    1 March."""
    assert needs_guardian(born, today) is expected


@pytest.mark.requirement("V60")
def test_the_day_is_one_in_shanghai() -> None:
    """At half past four in the afternoon UTC it is the next day in Shanghai, and the child is fourteen."""
    born = date(2012, 11, 25)
    assert needs_guardian(born, FrozenClock(datetime(2026, 11, 24, 15, 59, tzinfo=UTC)).now().date())
    assert not needs_guardian(born, FrozenClock(datetime(2026, 11, 24, 16, 0, tzinfo=UTC)).now().date())


@pytest.mark.requirement("V60")
@given(st.dates(date(1930, 1, 1), date(2040, 12, 31)))
def test_the_birthday_is_never_early(born: date) -> None:
    """It falls on the same day of the calendar, or on the day after one that the year does not have."""
    day = fourteenth_birthday(born)
    assert day.year == born.year + 14
    assert (day.month, day.day) >= (born.month, born.day)
    assert needs_guardian(born, date.fromordinal(day.toordinal() - 1))
    assert not needs_guardian(born, day)
