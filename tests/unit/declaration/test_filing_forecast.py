"""The arithmetic of forecasts (B8)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.domain.filing_forecast import Forecast, Inputs, forecast

TODAY = date(2027, 1, 8)
INPUTS = Inputs(
    filed=10,
    qualified=20,
    approved=5,
    submitted=40,
    editable=7,
    accepted=35,
    rejected=5,
    filed_lately=7,
    due=[(date(2027, 1, 7), 1, 3), (date(2027, 1, 11), 2, 30), (date(2027, 1, 20), 1, 32)],
)
counts = st.integers(0, 10_000)


@pytest.mark.requirement("B8")
def test_the_arithmetic_is_the_one_that_is_told() -> None:
    """Each number as the answer explains it."""
    assert forecast(INPUTS, TODAY) == Forecast(
        at_least=10,
        prepared=30,
        expected=70,
        at_most=82,
        approval_percent=88,
        remaining=25,
        days_left=3,
        days_needed=25,
    )


@pytest.mark.requirement("B8")
def test_nothing_is_told_of_too_little() -> None:
    """Below twenty decisions there is no share, without filings no pace, without a deadline ahead no days."""
    told = forecast(replace(INPUTS, accepted=18, rejected=1, filed_lately=0, due=[]), TODAY)
    assert (told.expected, told.approval_percent, told.days_left, told.days_needed) == (None, None, None, None)


@given(filed=counts, qualified=counts, approved=counts, submitted=counts, editable=counts, good=counts, bad=counts)
def test_the_numbers_are_in_order(**some: int) -> None:
    """Whatever is counted: at least <= prepared <= expected <= at most."""
    good, bad = some.pop("good"), some.pop("bad")
    told = forecast(Inputs(**some, accepted=good, rejected=bad, filed_lately=1, due=[]), TODAY)
    assert told.at_least <= told.prepared <= (told.prepared if told.expected is None else told.expected)
    assert (told.prepared if told.expected is None else told.expected) <= told.at_most
