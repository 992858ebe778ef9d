"""Invitations that end soon are told once per step to who invited and who was invited (4.8)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.identity.jobs import remind_of_invitations
from services.identity.storage import ending_invitations
from services.identity.use_cases.staffing.tell_ending_invitations import tell_ending_invitations
from shared.contracts.identity import StaffInvitationEnding
from shared.reminding.running import Kind, remind_batch
from shared.reminding.steps import spans_of
from tests.integration.declaration.season import together
from tests.integration.identity.offices import Offices
from tests.support.keyless import take_keys_away
from tests.support.service_under_test import Serve


async def told(offices: Offices) -> list[StaffInvitationEnding]:
    """Every reminder so far."""
    return await offices.service.published(StaffInvitationEnding)


async def later(offices: Offices, days: int) -> None:
    """Days pass, and the job runs twice."""
    offices.service.clock.advance(timedelta(days=days))
    for _ in range(2):
        await remind_of_invitations(offices.service.deps)


@pytest.mark.requirement("C2")
async def test_an_unanswered_invitation_is_told_at_each_step_once(serve: Serve) -> None:
    """Three days and one day before the seven days are over: who invited is named; not after the end, and nobody hears
    of one that was accepted."""
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
    assert {one.ends_at - offices.service.clock.now() for one in events} <= {timedelta(0), timedelta(seconds=0)}


async def test_where_nobody_who_invited_is_left_the_body_above_hears(serve: Serve) -> None:
    """Asked for by the platform itself, or by an account that is disabled now; at the top nobody but the invited."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    await offices.service.clock_is_kept() if hasattr(offices.service, "clock_is_kept") else None
    from tests.integration.identity.people import request_staff

    await request_staff(offices.service, "institution_owner", offices.phone(), scope_id=unit)
    await request_staff(offices.service, "zone_admin", offices.phone(), scope_id=offices.zone)
    await later(offices, 4)
    heard = {(one.scope_id, one.from_staff_id, one.filing_body_id) for one in await told(offices)}
    assert heard == {(unit, None, offices.site), (offices.zone, None, None)}
