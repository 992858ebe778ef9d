"""Invitations that end soon are told once per step to who invited and who was invited (4.8)."""

from datetime import timedelta

import pytest

from services.identity.jobs import remind_of_invitations
from services.identity.storage import ending_invitations
from services.identity.use_cases.staffing.tell_ending_invitations import tell_ending_invitations
from shared.contracts.identity_staff import StaffInvitationEnding
from shared.reminding.running import Kind
from tests.integration.declaration.season import together
from tests.integration.identity.offices import REASON, Offices
from tests.integration.identity.people import request_staff
from tests.support.crossing_copies import take_keys_away, tell_crossing
from tests.support.service_under_test import Serve


async def told(offices: Offices) -> list[StaffInvitationEnding]:
    """Every reminder so far."""
    return await offices.service.published(StaffInvitationEnding)


async def later(offices: Offices, days: int) -> None:
    """Days pass, and the job runs twice."""
    offices.service.clock.advance(timedelta(days=days))
    for _ in range(2):
        await remind_of_invitations(offices.service.deps)


@pytest.mark.requirement("V12")
async def test_an_unanswered_invitation_is_told_at_each_step_once(serve: Serve) -> None:
    """Three days and one day before its seven days are over, naming who invited; nothing after the end, and nobody
    hears of one that was accepted."""
    offices = await Offices.open(serve)
    site = await offices.holder("site_admin", offices.site)
    waiting = await offices.invite(site, "point_admin", offices.point, offices.phone())
    await offices.invited(site, "point_admin", offices.point)
    await later(offices, 3)
    assert await told(offices) == []
    for days in (1, 2, 1):
        await later(offices, days)
    events = await told(offices)
    assert [(one.step, one.days) for one in events] == [(3, 3), (1, 1)]
    assert {str(one.staff_id) for one in events} == {waiting.body["staff_id"]}
    assert {(str(one.from_staff_id), one.filing_body_id) for one in events} == {(site.staff_id, None)}
    assert {one.ends_at for one in events} == {offices.service.clock.now()}


async def test_where_nobody_who_invited_is_left_the_body_above_hears(serve: Serve) -> None:
    """Asked for by the platform itself, or by an account that is disabled now; at the top only the invited hear."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    zone, site = await offices.holder("zone_admin", offices.zone), await offices.holder("site_admin", offices.site)
    await offices.invite(site, "point_admin", offices.point, offices.phone())
    assert (await offices.step(zone, site, "disablement", REASON)).status == 200
    await request_staff(offices.service, "institution_owner", offices.phone(), scope_id=unit)
    await request_staff(offices.service, "zone_admin", offices.phone(), scope_id=offices.zone)
    await later(offices, 4)
    heard = {(one.scope_id, one.from_staff_id, one.filing_body_id) for one in await told(offices)}
    assert heard == {
        (offices.point, None, offices.site),
        (unit, None, offices.site),
        (offices.zone, None, None),
    }


async def test_any_number_of_copies_tell_once(serve: Serve) -> None:
    """Six runs at once: one event per account."""
    offices = await Offices.open(serve)
    for _ in range(5):
        await request_staff(offices.service, "site_admin", offices.phone(), scope_id=offices.site)
    offices.service.clock.advance(timedelta(days=4))
    await together(*(remind_of_invitations(offices.service.deps) for _ in range(6)))
    assert sorted(one.step for one in await told(offices)) == [3] * 5


@pytest.mark.parametrize(("keys", "times"), [(True, 1), (False, 2)])
async def test_the_key_keeps_two_copies_from_telling_twice(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, keys: bool, times: int
) -> None:
    """Two copies whose looks cross: once; the control, with the key off: twice."""
    offices = await Offices.open(serve)
    await request_staff(offices.service, "site_admin", offices.phone(), scope_id=offices.site)
    offices.service.clock.advance(timedelta(days=4))
    if not keys:
        take_keys_away(monkeypatch)
    kind = Kind(ending_invitations.KIND, (3,), ending_invitations.lock_due, tell_ending_invitations)
    await tell_crossing(offices.service.database, offices.service.clock, kind)
    assert len(await told(offices)) == times
