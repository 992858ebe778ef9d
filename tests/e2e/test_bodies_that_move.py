"""What the zone changes in the tree of exam bodies is so in identity within seconds: real processes, the public
interface, the clock on the wall (B4, V24)."""

import random
import time

import pytest

from deploy.demo import offices
from deploy.demo.offices import IDENTITY, INSTITUTION
from deploy.demo.phones import new_phone
from deploy.demo.staff import LoggedIn, accept_invitation
from deploy.demo.staff import log_in as log_in_staff
from tests.e2e.conftest import Road
from tests.support.waiting import wait_until

WITHIN = 10.0


async def logged_in(road: Road, name: str) -> LoggedIn:
    """An office of the walk, logged in anew."""
    account = road.walk.accounts.find(name)
    assert account is not None
    return await log_in_staff(road.api, account)


@pytest.mark.requirement("B4", "B18", "V24")
async def test_an_institution_that_files_elsewhere_is_looked_after_there(road: Road) -> None:
    """The zone makes a second site and sends an institution of the first to it: within seconds the new site's
    administrator finds the owner's account in identity, and the old one finds it no more."""
    zone, old, dice = await logged_in(road, "zone"), await logged_in(road, "site"), random.Random(road.walk.seed + 7)
    phone = new_phone()
    site = {"name": f"虚构考点{road.walk.seed % 1000}", "level": "site", "parent_id": str(zone.account.scope_id)}
    made = await zone.api.post(
        f"{INSTITUTION}/exam-bodies",
        {
            **site,
            "code": f"E{road.walk.seed % 10_000}",
            "division_codes": [],
            "admin": {"name": "贾考点", "phone": phone},
        },
    )
    new = await accept_invitation(zone.api, phone)
    institution_id, _, owner = await offices.issue_institution(old, dice)
    account = f"{IDENTITY}/staff-accounts/{owner.account.staff_id}"
    await wait_until(lambda: _answers(old, account, 200), seconds=WITHIN)
    # The owner's acceptance travels to institution too, and makes a new version of what is moved here.
    where = f"{INSTITUTION}/institutions/{institution_id}"
    await wait_until(lambda: _is_activated(zone, where), seconds=WITHIN)
    seen = await zone.api.get(where)
    began = time.monotonic()
    path = f"{INSTITUTION}/institutions/{institution_id}/filing-body"
    body = {"filing_body_id": made["id"], "reason": "隶属关系调整"}
    await zone.api.put(path, body, version=seen["version"])
    await wait_until(lambda: _answers(new, account, 200), seconds=WITHIN)
    await wait_until(lambda: _answers(old, account, 404), seconds=WITHIN)
    assert time.monotonic() - began < WITHIN


async def _is_activated(zone: LoggedIn, path: str) -> bool:
    return bool((await zone.api.get(path))["state"] == "profile_incomplete")


async def _answers(who: LoggedIn, path: str, status: int) -> bool:
    return await who.api.status_of("GET", path) == status
