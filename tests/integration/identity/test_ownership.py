"""The ownership of an institution changes hands: proposed, accepted, confirmed by the exam body (4.8, P15)."""

from typing import Any

import pytest

from shared.contracts.identity import SessionEnded
from shared.contracts.identity_staff import OwnershipTransferChanged, StaffChanged
from tests.integration.identity.offices import REASON, Holder, Offices
from tests.support.service_under_test import Answer, Serve

ACCEPT = {"accept_responsibility": True}


async def hospital(serve: Serve) -> tuple[Offices, Holder, Holder]:
    """A site and the owner of an institution that files with it."""
    offices = await Offices.open(serve)
    unit = await offices.institution(offices.zone, offices.site)
    return offices, await offices.holder("site_admin", offices.site), await offices.holder("institution_owner", unit)


async def propose(owner: Holder, phone: str, old_owner: str = "demoted") -> Answer:
    """The owner names a successor."""
    body = {"name": "东方继任", "phone": phone, "old_owner": old_owner}
    return await owner.api.post("/ownership-transfers", body)


async def step(by: Holder, transfer: Any, step: str, body: Any = None) -> Answer:
    """The next step, in the version seen last."""
    path = f"/ownership-transfers/{transfer['transfer_id']}/{step}"
    return await by.api.post(path, body, version=transfer["version"])


async def roles(offices: Offices) -> dict[str, tuple[str, str]]:
    """Role and state of every account as last published."""
    events = await offices.service.published(StaffChanged)
    return {str(event.staff_id): (event.role, event.state) for event in events}


@pytest.mark.requirement("P15", "B6", "V17", "V25")
@pytest.mark.parametrize("old_owner", ["demoted", "disabled"])
async def test_ownership_moves_when_the_exam_body_confirms(serve: Serve, old_owner: str) -> None:
    """A successor is invited, accepts, and is owner after the confirmation only; the sessions of both end."""
    offices, site, owner = await hospital(serve)
    phone = offices.phone()
    proposed = (await propose(owner, phone, old_owner)).body
    assert (await propose(owner, offices.phone())).code == "transfer_open"
    successor = await offices.enters(phone)
    assert (await step(site, proposed, "confirmation")).code == "transfer_move_not_allowed"
    accepted = await step(successor, proposed, "acceptance", ACCEPT)
    assert (accepted.status, accepted.body["state"]) == (200, "accepted")
    assert (await roles(offices))[successor.staff_id][0] == "institution_business_admin"
    listed = (await site.api.get("/ownership-transfers?state=accepted")).body["items"]
    assert [one["transfer_id"] for one in listed] == [proposed["transfer_id"]]
    assert (await step(site, proposed, "confirmation")).code == "stale_version"
    confirmed = await step(site, accepted.body, "confirmation")
    assert (confirmed.status, confirmed.body["state"]) == (200, "confirmed")
    left = ("institution_business_admin", "active") if old_owner == "demoted" else ("institution_owner", "disabled")
    assert await roles(offices) == {
        site.staff_id: ("site_admin", "active"),
        owner.staff_id: left,
        successor.staff_id: ("institution_owner", "active"),
    }
    ended = await offices.service.published(SessionEnded)
    assert sorted(str(one.subject_id) for one in ended) == sorted([owner.staff_id, successor.staff_id])
    assert (await owner.api.get("/staff/me")).status == 200  # Negative control: nobody has looked at the list yet.
    await offices.service.ended.refresh()
    for holder in (owner, successor):
        assert (await holder.api.get("/staff/me")).status == 401
        kept = {"refresh_token": holder.tokens["refresh_token"]}
        assert (await offices.service.anonymous().post("/sessions/refresh", kept)).status == 401
    again = await offices.again(successor)
    assert again.tokens["role"] == "institution_owner"
    told = await offices.service.published(OwnershipTransferChanged)
    assert [event.state for event in told] == ["proposed", "accepted", "confirmed"]
    assert {event.filing_body_id for event in told} == {offices.site}


@pytest.mark.requirement("P15", "V22", "V24")
async def test_only_the_parties_and_their_exam_body_can_act(serve: Serve) -> None:
    """Another site, another institution and a colleague who is no party get 404; a wrong role gets 403."""
    offices, site, owner = await hospital(serve)
    other_site = await offices.holder("site_admin", offices.other_site)
    stranger = await offices.holder("institution_owner", await offices.institution(offices.zone, offices.site))
    colleague = await offices.invited(owner, "institution_business_admin", owner.scope_id)
    phone = offices.phone()
    proposed = (await propose(owner, phone)).body
    successor = await offices.enters(phone)
    assert (await step(colleague, proposed, "acceptance", ACCEPT)).status == 404
    assert (await step(owner, proposed, "acceptance", ACCEPT)).status == 403
    for outsider in (other_site, stranger, colleague):
        path = f"/ownership-transfers/{proposed['transfer_id']}"
        assert (await outsider.api.get(path)).status == 404
        assert (await outsider.api.get("/ownership-transfers")).body["items"] == []
        assert (await step(outsider, proposed, "ending", REASON)).status == 404
    accepted = (await step(successor, proposed, "acceptance", ACCEPT)).body
    assert (await step(other_site, accepted, "confirmation")).status == 404
    assert (await step(owner, accepted, "confirmation")).status == 403
    assert (await step(site, accepted, "ending", REASON)).body["state"] == "rejected"
    assert (await roles(offices))[successor.staff_id] == ("institution_business_admin", "active")


@pytest.mark.requirement("P15")
async def test_a_transfer_can_be_cancelled_and_declined(serve: Serve) -> None:
    """By the owner and by the successor; afterwards a new one can be proposed, but not to an owner."""
    offices, _, owner = await hospital(serve)
    admin = await offices.invited(owner, "institution_business_admin", owner.scope_id)
    first = (await propose(owner, admin.phone)).body
    assert first["to_staff_id"] == admin.staff_id
    assert (await step(owner, first, "ending", REASON)).body["state"] == "cancelled"
    second = (await propose(owner, admin.phone)).body
    assert (await step(admin, second, "ending", REASON)).body["state"] == "declined"
    assert (await propose(owner, owner.phone)).code == "already_owner"


@pytest.mark.requirement("P15")
async def test_an_exam_body_replaces_an_owner_who_is_gone(serve: Serve) -> None:
    """When the owner left with the password: a second owner is invited from above, then the first one is disabled."""
    offices, site, gone = await hospital(serve)
    successor = await offices.invited(site, "institution_owner", gone.scope_id)
    assert (await offices.step(site, gone, "disablement", REASON)).status == 200
    assert (await roles(offices))[successor.staff_id] == ("institution_owner", "active")
    assert (await offices.log_in(gone)).status == 401
