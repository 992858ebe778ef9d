"""The calendar of a new exam year, from what the zone gives."""

from datetime import datetime, timedelta

import pytest

from services.declaration.api.schemas.cycles import CycleBody
from services.declaration.domain.cycle import template_dates
from shared.clock import SHANGHAI


def test_a_year_alone_follows_the_default_calendar() -> None:
    """National registration is known with it."""
    assert CycleBody(year=2027).dates() == template_dates(2027)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_calendar_of_the_zones_own_fits_in_every_month(month: int) -> None:
    """The default dates of national registration are not held against other dates than those they belong to."""
    opens = datetime(2027, month, 20, tzinfo=SHANGHAI)
    names = ("declaration_opens_at", "declaration_closes_at", "review_deadline", "filing_deadline")
    given = {name: opens + timedelta(days=7 * week) for week, name in enumerate(names)}
    dates = CycleBody(year=2028, completion_deadline=datetime(2028, 9, 1, tzinfo=SHANGHAI), **given).dates()
    dates.check()
    assert dates.registration_opens_at is None


def test_registration_given_beside_other_dates_is_kept() -> None:
    """What the zone says holds."""
    opens = datetime(2028, 2, 1, tzinfo=SHANGHAI)
    body = CycleBody(year=2028, registration_opens_at=opens, registration_closes_at=opens + timedelta(days=9))
    assert body.dates().registration_opens_at == opens
