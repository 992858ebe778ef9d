"""Lists and the trail name no staff of another unit, whoever below the zone looks."""

import json
from typing import Final
from uuid import UUID

import pytest

from services.identity.api.routes import ROUTES
from tests.integration.identity.offices import REASON, Holder, Offices
from tests.integration.identity.test_ownership import propose
from tests.support.service_under_test import Serve

_LISTS: Final = [route.path for route in ROUTES if route.method == "GET" and "{" not in route.path]


async def unit(offices: Offices, zone: Holder, site_id: UUID) -> dict[str, Holder]:
    """A site with its auditor and a hospital, where something happened: a transfer proposed, an account disabled."""
    site = await offices.invited(zone, "site_admin", site_id)
    auditor = await offices.invited(zone, "auditor", site_id)
    hospital = await offices.institution(offices.zone, site_id)
    owner = await offices.invited(site, "institution_owner", hospital)
    clerk = await offices.invited(owner, "institution_business_admin", hospital)
    gone = await offices.invited(owner, "institution_business_admin", hospital)
    assert (await propose(owner, offices.phone())).status == 201
    assert (await offices.step(owner, gone, "disablement", REASON)).status == 200
    return {"site": site, "auditor": auditor, "owner": owner, "clerk": clerk, "gone": gone}


async def read(holder: Holder, path: str) -> tuple[bool, str]:
    """Whether a list is shown, and all that is answered."""
    answer = await holder.api.get(path.removeprefix("/v1"))
    return answer.status == 200, json.dumps(answer.body)


@pytest.mark.requirement("V24", "V64")
async def test_no_list_names_staff_of_another_unit(serve: Serve) -> None:
    """Every list of identity, asked by the staff of one site and its hospital. Control: the same lists name one's own,
    and the zone's administrator sees both units."""
    offices = await Offices.open(serve)
    zone = await offices.holder("zone_admin", offices.zone)
    ours, theirs = [await unit(offices, zone, site) for site in (offices.site, offices.other_site)]
    own, foreign = [{holder.staff_id for holder in one.values()} for one in (ours, theirs)]
    shown, seen = 0, ""
    for name in ("site", "auditor", "owner", "clerk"):
        for path in _LISTS:
            is_shown, text = await read(ours[name], path)
            assert not [one for one in foreign if one in text], (name, path)
            shown, seen = shown + is_shown, seen + text
    assert shown >= 12
    assert {one for one in own if one in seen} == own
    above = "".join([(await read(zone, path))[1] for path in _LISTS])
    assert theirs["site"].staff_id in above
    assert ours["site"].staff_id in above
