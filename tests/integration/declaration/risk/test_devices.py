"""One device or address for several people (F7), from what identity tells of logins."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.identity import DeviceUsed, PersonClosed
from shared.ids import PersonId, new_id
from tests.integration.declaration.risk.county import County, county
from tests.support.service_under_test import Serve

PHONE, OTHER, HERE = "aa" * 32, "bb" * 32, "cc" * 32


async def logs_in(place: County, who: UUID, device: str | None, address: str = HERE, **more: Any) -> None:
    """As identity tells it."""
    said = {
        "occurred_at": place.year.clock.now(),
        "aggregate_version": 0,
        "subject_id": who,
        "subject_kind": "candidate",
        "device": device,
        "address": address,
    }
    await place.year.service.deliver(DeviceUsed.model_validate(said | more))


async def subjects(place: County, state: str = "open") -> set[str]:
    """The declarations that the signal names."""
    return {(await place.detail(hit))["subject_id"] for hit in await place.hits("F7", state=state)}


@pytest.mark.requirement("F7")
async def test_three_candidates_on_one_device(serve: Serve) -> None:
    """The third makes it a hit for all three, each names the others; who declared nothing does not count; a login that
    is told twice counts once, and nobody sees a hash."""
    place = await county(serve)
    people = [await place.year.declare("submitted") for _ in range(4)]
    for one in people[:2]:
        await logs_in(place, one.person_id, PHONE)
        await logs_in(place, one.person_id, PHONE)
    await logs_in(place, new_id(), PHONE)
    await logs_in(place, people[3].person_id, OTHER)
    await place.examine()
    assert await subjects(place) == set()
    await logs_in(place, people[2].person_id, PHONE)
    await place.run("examine-risks")
    await place.run("examine-risks")
    assert await subjects(place) == {str(one.id) for one in people[:3]}
    shown = await place.detail((await place.hits("F7"))[0])
    assert {person["declaration_id"] for person in shown["people"]} == {str(one.id) for one in people[:3]}
    assert PHONE not in str(shown)


@pytest.mark.requirement("F7")
async def test_a_candidate_and_an_admin_on_one_device(serve: Serve) -> None:
    """An account of somebody else is a hit; one's own is not, nor an admin at the same address on another device."""
    place = await county(serve)
    one, own = [await place.year.declare("submitted") for _ in range(2)]
    await logs_in(place, one.person_id, PHONE)
    await logs_in(place, own.person_id, OTHER)
    await logs_in(place, new_id(), None, subject_kind="staff")
    await logs_in(place, new_id(), OTHER, subject_kind="staff", holder_id=PersonId(own.person_id))
    await place.examine()
    assert await subjects(place) == set()
    await logs_in(place, new_id(), PHONE, subject_kind="staff")
    await place.examine()
    assert await subjects(place) == {str(one.id)}


@pytest.mark.requirement("F7")
async def test_an_address_takes_more_people_than_a_device(serve: Serve) -> None:
    """A hospital's network is shared by its people: the zone says from how many on it is worth a look."""
    place = await county(serve)
    people = [await place.year.declare("submitted") for _ in range(4)]
    for number, one in enumerate(people):
        await logs_in(place, one.person_id, f"{number:064x}")
    await place.examine()
    assert await subjects(place) == set()
    assert (await place.set("F7", address_people=4)).status == 200
    await place.examine()
    assert await subjects(place) == {str(one.id) for one in people}


@pytest.mark.requirement("F7", "V58")
async def test_devices_are_forgotten(serve: Serve) -> None:
    """With the account, and 400 days after they were seen; others stay."""
    place = await county(serve)
    gone, old, kept = new_id(), new_id(), new_id()
    for who in (gone, old):
        await logs_in(place, who, PHONE)
    closed = {"occurred_at": place.year.clock.now(), "aggregate_version": 2, "person_id": PersonId(gone)}
    await place.year.service.deliver(PersonClosed.model_validate(closed))
    assert await place.count("SELECT count(*) FROM risk_device WHERE subject_id = $1", gone) == 0
    assert await place.count("SELECT count(*) FROM risk_device WHERE subject_id = $1", old) == 2
    place.year.clock.advance(timedelta(days=399))
    await logs_in(place, kept, PHONE)
    await place.run("forget-devices")
    assert await place.count("SELECT count(*) FROM risk_device WHERE subject_id = $1", old) == 2
    place.year.clock.advance(timedelta(days=2))
    await place.run("forget-devices")
    assert await place.count("SELECT count(*) FROM risk_device WHERE subject_id = $1", old) == 0
    assert await place.count("SELECT count(*) FROM risk_device WHERE subject_id = $1", kept) == 2
