"""Confirmation codes: shape, comparison, waiting time (A20)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.institution.domain.confirmation_code import (
    WrongCodeLimit,
    codes_match,
    new_confirmation_code,
    seconds_until_next,
)

LIMIT = WrongCodeLimit(5, timedelta(hours=1), 50)
NOW = datetime(2026, 12, 15, 4, 0, tzinfo=UTC)


@pytest.mark.requirement("A20")
def test_codes_are_eight_unmistakable_characters() -> None:
    """No code holds 0, O, 1, I or L, and a thousand codes are a thousand different ones."""
    codes = {new_confirmation_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(len(code) == 8 and not set(code) & set("0O1IL") for code in codes)


def test_typing_habits_do_not_matter() -> None:
    """Case, blanks and hyphens are forgiven, a different character is not."""
    assert codes_match(" abcd-2345 ", "ABCD2345")
    assert not codes_match("ABCD2346", "ABCD2345")
    assert not codes_match("", "ABCD2345")
    assert not codes_match("ＡＢＣＤ2345é", "ABCD2345")


@given(ago=st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=1)))
def test_the_wait_ends_when_the_oldest_try_leaves_the_window(ago: timedelta) -> None:
    """After the announced seconds the oldest try lies outside the window, and not two seconds earlier."""
    oldest = NOW - ago
    wait = seconds_until_next(oldest, LIMIT, NOW)
    later = NOW + timedelta(seconds=wait)
    assert oldest <= later - LIMIT.window
    assert wait == 1 or oldest > later - timedelta(seconds=2) - LIMIT.window
