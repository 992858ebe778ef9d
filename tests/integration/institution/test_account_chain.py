"""From the request to a complete institution, every step of the owner's account can be read (C1, B6)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.institution import StaffRequested
from shared.ids import new_id
from tests.integration.institution.library import Hospital, Library

NEW_OWNER = {"name": "甄继任", "phone": "13900000003"}


async def chain_of(library: Library, hospital: Hospital) -> dict[str, Any]:
    """What the zone reads now."""
    zone = library.staff("zone_admin", library.zone_id)
    answer = await zone.get(f"/institutions/{hospital.id}/account-chain")
    assert answer.status == 200, answer.body
    body: dict[str, Any] = answer.body
    return body


@pytest.mark.requirement("C1", "B6", "B9")
async def test_every_step_of_the_chain_shows_with_its_time(library: Library) -> None:
    """Asked, invited, accepted, activated, completed: each stage follows what identity tells, each moment stays."""
    hospital = await library.issued()
    assert (await chain_of(library, hospital))["stage"] == "asked"
    library.clock.advance(timedelta(minutes=1))
    until = library.clock.now() + timedelta(days=7)
    await library.service.deliver(library.staff_changed(hospital, version=1, state="invited", invited_until=until))
    assert (await chain_of(library, hospital))["stage"] == "invited"
    library.clock.advance(timedelta(minutes=1))
    accepted = library.staff_changed(hospital, version=2, state="active").model_copy(update={"state": "invited"})
    await library.service.deliver(accepted)
    assert (await chain_of(library, hospital))["stage"] == "accepted"
    library.clock.advance(timedelta(minutes=1))
    await library.accept(hospital, version=3)
    assert (await chain_of(library, hospital))["stage"] == "activated"
    library.clock.advance(timedelta(minutes=1))
    owner = library.service.caller("institution_owner", id=hospital.owner_id, scope_id=hospital.id)
    saved = await owner.put(f"/institutions/{hospital.id}/profile", library.profile(), version=2)
    assert saved.body["state"] == "active"
    chain = await chain_of(library, hospital)
    assert (chain["stage"], chain["institution_state"]) == ("completed", "active")
    minutes = [chain[f"{step}_at"][14:16] for step in ("asked", "invited", "accepted", "activated", "completed")]
    assert minutes == ["00", "01", "03", "03", "04"]


@pytest.mark.requirement("C1")
async def test_the_order_of_the_news_does_not_matter(library: Library) -> None:
    """The account's activation overtakes its invitation: the stage is that of the newer one, both moments are known."""
    hospital = await library.issued()
    await library.accept(hospital, version=3)
    await library.service.deliver(library.staff_changed(hospital, version=1, state="invited"))
    chain = await chain_of(library, hospital)
    assert (chain["stage"], chain["institution_state"]) == ("activated", "profile_incomplete")
    assert None not in (chain["invited_at"], chain["accepted_at"], chain["activated_at"])


@pytest.mark.requirement("C1", "P15")
async def test_an_expired_invitation_is_sent_again(library: Library) -> None:
    """When the invitation has run out the chain says so, and the exam body has the owner invited again; with a working
    owner in place nobody is invited beside."""
    hospital = await library.issued()
    until = library.clock.now() + timedelta(days=7)
    await library.service.deliver(library.staff_changed(hospital, version=1, state="invited", invited_until=until))
    library.clock.advance(timedelta(days=7))
    assert (await chain_of(library, hospital))["stage"] == "invitation_expired"
    zone, path = library.staff("zone_admin", library.zone_id), f"/institutions/{hospital.id}/owner-invitation"
    again = await zone.post(path, {"owner": NEW_OWNER})
    assert again.status == 200
    asked = [one for one in await library.service.published(StaffRequested) if one.scope_id == hospital.id]
    assert [one.role for one in asked] == ["institution_owner"] * 2
    await library.accept(hospital, version=2)
    refused = await zone.post(path, {"owner": NEW_OWNER})
    assert (refused.status, refused.code) == (409, "owner_in_place")
    stranger = library.staff("site_admin", new_id())
    assert (await stranger.post(path, {"owner": NEW_OWNER})).status == 404


@pytest.mark.requirement("C1", "B6")
async def test_without_any_owner_the_chain_says_so(library: Library) -> None:
    """Every owner account was disabled: nobody answers, and somebody can be invited again."""
    hospital = await library.issued()
    await library.service.deliver(library.staff_changed(hospital, version=1, state="invited"))
    await library.service.deliver(library.staff_changed(hospital, version=2, state="disabled"))
    assert (await chain_of(library, hospital))["stage"] == "ownerless"
    again = await library.zone.post(f"/institutions/{hospital.id}/owner-invitation", {"owner": NEW_OWNER})
    assert again.status == 200
