"""Exam bodies move, merge and close: in identity jurisdiction follows and accounts of the past end (B4, V24)."""

from uuid import UUID

import pytest

from shared.contracts.identity import SessionEnded
from shared.contracts.institution import ExamBodyChanged
from shared.ids import ExamBodyId
from tests.integration.identity.offices import Offices
from tests.support.service_under_test import Serve


async def told(offices: Offices, body: UUID, path: list[UUID], *, version: int, state: str = "active") -> None:
    """The institution service tells of a changed point."""
    event = {
        "occurred_at": offices.service.clock.now(),
        "aggregate_version": version,
        "exam_body_id": ExamBodyId(body),
        "code": "P1",
        "name": "虚构报名点",
        "level": "point",
        "parent_id": path[-2],
        "path": path,
        "state": state,
    }
    await offices.service.deliver(ExamBodyChanged.model_validate(event))


@pytest.mark.requirement("B4", "V24")
async def test_a_moved_body_is_looked_after_from_its_new_place(serve: Serve) -> None:
    """The account of a point is seen by the site it hangs below now, and by the old one no more; old news that comes
    late changes nothing."""
    offices = await Offices.open(serve)
    old, new = await offices.holder("site_admin", offices.site), await offices.holder("site_admin", offices.other_site)
    point = await offices.holder("point_admin", offices.point)
    await told(offices, offices.point, [offices.zone, offices.other_site, offices.point], version=2)
    await told(offices, offices.point, [offices.zone, offices.site, offices.point], version=1)
    assert (await offices.seen(new, point))["state"] == "active"
    assert (await old.api.get(f"/staff-accounts/{point.staff_id}")).status == 404
    assert (await offices.invite(new, "point_admin", offices.point, offices.phone())).status == 201


@pytest.mark.requirement("B4", "V12")
@pytest.mark.parametrize("state", ["merged", "closed"])
async def test_accounts_of_a_body_that_is_no_more_end(serve: Serve, state: str) -> None:
    """All living accounts are disabled with their sessions, twice heard is once done, those of other bodies stay, and
    nobody is invited for it any more."""
    offices = await Offices.open(serve)
    zone = await offices.holder("zone_admin", offices.zone)
    site = await offices.holder("site_admin", offices.site)
    point = await offices.holder("point_admin", offices.point)
    waiting = offices.phone()
    assert (await offices.invite(site, "point_admin", offices.point, waiting)).status == 201
    for _ in range(2):
        await told(offices, offices.point, [offices.zone, offices.site, offices.point], version=2, state=state)
    accounts = (await zone.api.get(f"/staff-accounts?scope_id={offices.point}")).body["items"]
    assert [one["state"] for one in accounts] == ["disabled", "disabled"]
    assert (await offices.log_in(point)).status in (401, 403)
    ended = [str(one.session_id) for one in await offices.service.published(SessionEnded)]
    assert len(ended) == len(set(ended)) > 0
    assert (await offices.seen(zone, site))["state"] == "active"
    refused = await offices.invite(site, "point_admin", offices.point, offices.phone())
    assert (refused.status, refused.code) == (403, "exam_body_no_more")
