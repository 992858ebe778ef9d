"""How long an earlier unit may take to answer (4.5, P6)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.declaration.domain.prior_row_pace import PriorRowPace, RequestStep
from services.declaration.settings import Settings
from shared.clock import SHANGHAI
from shared.reminding.steps import days_until, last_day_of, spans_of

_DAYS = st.lists(st.integers(1, 60), min_size=3, max_size=3, unique=True).map(sorted)


@given(_DAYS, st.integers(0, 60 * 24 * 60), st.integers(0, 70))
def test_each_step_is_in_force_from_its_day_on(days: list[int], minutes: int, later: int) -> None:
    """Whatever the days and the hour of the request: reminded, escalated, expired, counted from the day of asking."""
    pace = PriorRowPace(*days)
    asked_at = datetime(2026, 12, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    ends_at = pace.ends_at(asked_at)
    assert last_day_of(ends_at) == asked_at.date() + timedelta(days=pace.expire_after_days)
    assert days_until(ends_at, asked_at) == pace.expire_after_days
    now = asked_at.replace(hour=9, minute=0) + timedelta(days=later)
    found = [pace.step_of(span.step) for span in spans_of(pace.steps, now) if span.after < ends_at <= span.until]
    remind, escalate, expire = days
    if later < remind:
        assert found == []
    elif later < escalate:
        assert found == [RequestStep.REMINDED]
    else:
        assert found == [RequestStep.ESCALATED if later <= expire else RequestStep.EXPIRED]


@pytest.mark.parametrize("days", [(7, 7, 14), (3, 14, 14), (8, 7, 14)])
def test_days_out_of_order_are_refused(days: tuple[int, int, int]) -> None:
    """The exam body is not told before the unit is reminded, nor after the end."""
    assert not PriorRowPace(*days).ordered
    names = ("prior_row_remind_days", "prior_row_escalate_days", "prior_row_expire_days")
    with pytest.raises(ValidationError):
        Settings.model_validate(dict(zip(names, days, strict=True)))
