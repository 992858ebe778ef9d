"""Forecasts are made once a day per exam body and kept with their inputs (B8)."""

from datetime import timedelta

import pytest

from services.declaration.scheduled.forecasts import make
from shared.ids import new_id
from tests.integration.declaration.filing.year import exam_year
from tests.integration.declaration.supervision.overseers import overseer
from tests.support.service_under_test import Serve


@pytest.mark.requirement("B8", "V24")
async def test_a_forecast_a_day_with_what_it_rests_on(serve: Serve) -> None:
    """Every body hears of its own subtree; a second run of the day adds nothing; the next day is a line of its own,
    and the earlier one stays as it was. Of a body outside nothing is told."""
    year = await exam_year(serve)
    elsewhere = new_id()
    await year.institution_exists(elsewhere, path=[year.zone_id, year.other_site_id])
    await year.evaluate(await year.declare())
    await year.declare("submitted")
    await year.declare("filed", institution_id=elsewhere)
    await make(year.service.deps)
    await make(year.service.deps)
    staff_id = new_id()
    zone = await overseer(year, "zone_admin", year.zone_id, staff_id=staff_id)
    url = f"/filing-forecasts?cycle_id={year.cycle_id}"
    (first,) = (await zone.get(url)).body["items"]
    counted = {name: first["inputs"][name] for name in ("filed", "qualified", "approved", "submitted", "filed_lately")}
    assert counted == {"filed": 1, "qualified": 1, "approved": 0, "submitted": 1, "filed_lately": 1}
    assert first["inputs"]["due"] == [["2027-01-11", 1, 2]]
    result = first["result"]
    assert (result["at_least"], result["prepared"], result["expected"], result["at_most"]) == (1, 2, None, 3)
    assert (result["remaining"], result["days_left"], result["days_needed"]) == (1, 3, 7)
    point = await overseer(year, "point_admin", year.point_id)
    (below,) = (await point.get(url)).body["items"]
    assert (below["inputs"]["filed"], below["inputs"]["qualified"]) == (0, 1)
    assert (await point.get(f"{url}&body_id={year.other_site_id}")).body["items"] == []
    year.clock.advance(timedelta(days=1))
    await make(year.service.deps)
    zone = await overseer(year, "zone_admin", year.zone_id, staff_id=staff_id, version=2)
    page = (await zone.get(f"{url}&limit=1")).body
    assert page["items"][0]["result"]["days_left"] == 2
    (second,) = (await zone.get(f"{url}&limit=1&cursor={page['next_cursor']}")).body["items"]
    assert second == first
