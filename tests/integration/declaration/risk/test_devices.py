"""One device or address for several people (F7), from what identity tells of logins."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.declaration.storage import risk_devices
from services.declaration.storage.risk_devices import Login
from shared.contracts.identity import DeviceUsed, PersonClosed
from shared.ids import PersonId, new_id
from tests.integration.declaration.risk.county import County, county
from tests.support.service_under_test import Serve
from tests.support.waiting import wait_until

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


@pytest.mark.requirement("F7")
async def test_who_only_looks_hides_nobody(serve: Serve) -> None:
    """Two hundred people and as many admins who logged in later at the address, none of whom declared, leave the hit of
    the four as it is."""
    place = await county(serve)
    people = [await place.year.declare("submitted") for _ in range(4)]
    for number, one in enumerate(people):
        await logs_in(place, one.person_id, f"{number:064x}")
    assert (await place.set("F7", address_people=4)).status == 200
    await place.examine()
    assert await subjects(place) == {str(one.id) for one in people}
    place.year.clock.advance(timedelta(minutes=1))
    for _ in range(200):
        await logs_in(place, new_id(), None)
        await logs_in(place, new_id(), None, subject_kind="staff")
    await place.examine()
    assert await subjects(place) == {str(one.id) for one in people}


@pytest.mark.requirement("F7")
async def test_no_threshold_lies_beyond_what_is_looked_at(serve: Serve) -> None:
    """Of the others at an address two hundred are read: a threshold above could never be met, and is refused."""
    place = await county(serve)
    assert (await place.set("F7", people=200, address_people=200)).status == 200
    for answer in (await place.set("F7", people=201), await place.set("F7", address_people=201)):
        assert (answer.status, answer.body["code"]) == (422, "risk_thresholds_invalid")


@pytest.mark.requirement("F7")
async def test_a_device_in_daily_use_stays(serve: Serve) -> None:
    """Told again every three months, it is there after fourteen."""
    place = await county(serve)
    daily, once = new_id(), new_id()
    await logs_in(place, once, PHONE)
    for _ in range(5):
        await logs_in(place, daily, PHONE)
        place.year.clock.advance(timedelta(days=90))
    await place.run("forget-devices")
    assert await place.count("SELECT count(*) FROM risk_device WHERE subject_id = $1", daily) == 2
    assert await place.count("SELECT count(*) FROM risk_device WHERE subject_id = $1", once) == 0


async def closes(place: County, who: UUID) -> None:
    """As identity tells it."""
    said = {"occurred_at": place.year.clock.now(), "aggregate_version": 2, "person_id": PersonId(who)}
    await place.year.service.deliver(PersonClosed.model_validate(said))


@pytest.mark.requirement("F7", "V58")
async def test_a_login_told_late_brings_nothing_back(serve: Serve) -> None:
    """A login that is heard of after the account was closed is not kept, neither the person's own nor that of the staff
    account that he or she held; that the account was closed is forgotten once no message of it can come any more."""
    place = await county(serve)
    gone = new_id()
    await closes(place, gone)
    await closes(place, gone)
    await logs_in(place, gone, PHONE)
    await logs_in(place, new_id(), PHONE, subject_kind="staff", holder_id=PersonId(gone))
    assert await place.count("SELECT count(*) FROM risk_device") == 0
    await logs_in(place, new_id(), PHONE, subject_kind="staff")
    assert await place.count("SELECT count(*) FROM risk_device") == 2
    place.year.clock.advance(timedelta(days=place.year.service.settings.messages.inbox_days))
    await place.run("forget-devices")
    assert await place.count("SELECT count(*) FROM risk_device_closed") == 1
    place.year.clock.advance(timedelta(days=1))
    await place.run("forget-devices")
    assert await place.count("SELECT count(*) FROM risk_device_closed") == 0


@pytest.mark.requirement("F7", "V58")
@pytest.mark.parametrize("locked", [True, False])
async def test_a_login_heard_at_the_same_moment(serve: Serve, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """An account that is closed while a login of it is being written waits for that and takes it along. The control:
    without the lock the login outlives the account."""
    if not locked:
        monkeypatch.setattr(risk_devices, "_LOCK", "SELECT $1::uuid[]")
    place = await county(serve)
    gone = new_id()
    database = place.year.service.database

    async def waits() -> bool:
        async with database.read() as reader:
            waiting = await reader.fetchval(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        return closing.done() or waiting > 0

    async with database.transaction() as tx:
        login = Login(gone, False, None, place.year.clock.now())
        await risk_devices.upsert(tx, login, {"device": b"1"})
        closing = asyncio.create_task(closes(place, gone))
        await wait_until(waits, what="the closing to end or to wait")
    await closing
    assert await place.count("SELECT count(*) FROM risk_device") == (0 if locked else 1)


@pytest.mark.requirement("F7", "V58")
async def test_devices_are_forgotten(serve: Serve) -> None:
    """With the account, and 400 days after they were seen; others stay."""
    place = await county(serve)
    gone, old, kept = new_id(), new_id(), new_id()
    for who in (gone, old):
        await logs_in(place, who, PHONE)
    await closes(place, gone)
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
