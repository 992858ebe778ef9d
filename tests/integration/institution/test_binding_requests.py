"""Requests to be bound without a code, and their end in the institution's console (4.3)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from services.institution.scheduled.bindings import expire
from services.institution.storage import known_people
from shared.contracts.institution import BindingChanged
from tests.integration.institution.library import Hospital, Library
from tests.support.engines import Engines
from tests.support.service_under_test import Answer, Caller


async def ask(person: Caller, hospital: Hospital) -> Answer:
    """Ask to be bound without the code."""
    return await person.post("/binding-requests", {"institution_id": str(hospital.id)})


def console(hospital: Hospital, binding_id: str, action: str) -> str:
    """The address of a decision."""
    return f"/institutions/{hospital.id}/bindings/{binding_id}/{action}"


@pytest.mark.requirement("A20")
async def test_a_request_waits_in_the_console_until_it_is_confirmed(library: Library) -> None:
    """The unit finds it among its requests, confirms, and the person is bound from that moment on."""
    hospital, other = await library.hospital(), await library.hospital()
    person_id, person = await library.person("欧***娜")
    made = await ask(person, hospital)
    assert (made.status, made.body["state"], made.body["bound_at"]) == (201, "pending", None)
    assert (await person.get("/bindings/current")).body["binding"] is None
    people = f"/institutions/{hospital.id}/people"
    assert (await hospital.owner.get(people)).body["items"] == []
    (waiting,) = (await hospital.owner.get(f"{people}?state=pending")).body["items"]
    assert (waiting["binding_id"], waiting["name_masked"]) == (made.body["id"], "欧***娜")
    library.clock.advance(timedelta(minutes=5))
    confirm = console(hospital, made.body["id"], "confirmation")
    assert (await other.business_admin.post(confirm, version=1)).status == 404
    assert (await hospital.business_admin.post(confirm, version=7)).code == "stale_version"
    confirmed = await hospital.business_admin.post(confirm, version=1)
    assert (confirmed.status, confirmed.body["state"]) == (200, "active")
    assert confirmed.body["bound_at"] == library.clock.now().isoformat()
    assert (await hospital.business_admin.post(confirm, version=2)).code == "binding_not_pending"
    events = [(str(e.person_id), e.move, e.state) for e in await library.service.published(BindingChanged)]
    assert events == [(str(person_id), "request", "pending"), (str(person_id), "confirm", "active")]


async def test_a_refusal_says_why(library: Library) -> None:
    """A reason of the list is demanded, and the person reads it among the own bindings; then he may ask again."""
    hospital = await library.hospital()
    _, person = await library.person()
    made = await ask(person, hospital)
    refuse = console(hospital, made.body["id"], "refusal")
    assert (await hospital.owner.post(refuse, {"reason": "because"}, version=1)).status == 422
    refused = await hospital.owner.post(refuse, {"reason": "wrong_institution"}, version=1)
    assert (refused.status, refused.body["state"], refused.body["ended_by"]) == (200, "ended", "institution")
    (shown,) = (await person.get("/bindings")).body["items"]
    assert (shown["end_event"], shown["end_reason"]) == ("refuse", "wrong_institution")
    assert (await ask(person, hospital)).status == 201


async def test_nobody_confirms_himself(library: Library) -> None:
    """Four eyes: an administrator who is the person that asks is refused, a colleague is not."""
    hospital = await library.hospital()
    person_id, person = await library.person()
    made = await ask(person, hospital)
    himself = library.service.caller("institution_business_admin", scope_id=hospital.id, person_id=person_id)
    for action, body in (("confirmation", None), ("refusal", {"reason": "not_our_staff"})):
        answer = await himself.post(console(hospital, made.body["id"], action), body, version=1)
        assert (answer.status, answer.code) == (403, "own_request")
    assert (await hospital.owner.post(console(hospital, made.body["id"], "confirmation"), version=1)).status == 200


async def test_a_request_nobody_decides_on_expires(library: Library) -> None:
    """After a fortnight it ends, the person is told by its event, and may ask again; a second run ends nothing more."""
    hospital = await library.hospital()
    person_id, person = await library.person()
    await ask(person, hospital)
    library.clock.advance(timedelta(days=14))
    for _ in range(2):
        await expire(library.service.deps)
    person = library.service.caller("candidate", id=person_id)
    (shown,) = (await person.get("/bindings")).body["items"]
    assert (shown["state"], shown["end_event"], shown["ended_by"]) == ("ended", "expire", "system")
    assert [event.move for event in await library.service.published(BindingChanged)] == ["request", "expire"]
    assert (await ask(person, hospital)).status == 201


@pytest.mark.requirement("A20")
async def test_the_code_closes_a_request(library: Library) -> None:
    """Who gets the code meanwhile binds with it, here or elsewhere, and nothing is left to decide."""
    hospital, other = await library.hospital(), await library.hospital()
    _, person = await library.person()
    made = await ask(person, hospital)
    bound = await person.post("/bindings", await library.entry(other))
    assert bound.status == 201
    late = await hospital.owner.post(console(hospital, made.body["id"], "confirmation"), version=2)
    assert late.code == "binding_not_pending"
    assert (await ask(person, hospital)).code == "already_bound"


async def test_a_person_may_take_a_request_back(library: Library) -> None:
    """By the same way as an unbinding; a stranger finds nothing."""
    hospital = await library.hospital()
    _, person = await library.person()
    _, stranger = await library.person()
    made = await ask(person, hospital)
    path = f"/bindings/{made.body['id']}/end"
    assert (await stranger.post(path, version=1)).status == 404
    taken_back = await person.post(path, version=1)
    assert (taken_back.body["state"], taken_back.body["end_event"]) == ("ended", "cancel")


async def test_a_console_is_not_flooded(library: Library) -> None:
    """Five requests a day and person; the answer says when to try again."""
    hospital = await library.hospital()
    person_id, person = await library.person()
    for _ in range(5):
        made = await ask(person, hospital)
        assert (await person.post(f"/bindings/{made.body['id']}/end", version=1)).status == 200
    refused = await ask(person, hospital)
    assert (refused.status, refused.code) == (429, "too_many_binding_requests")
    library.clock.advance(timedelta(days=1, seconds=1))
    assert (await ask(library.service.caller("candidate", id=person_id), hospital)).status == 201


async def ask_twenty_times(library: Library) -> tuple[list[int], int]:
    """Twenty requests of one person at once: statuses, and requests that wait."""
    hospitals = [await library.hospital() for _ in range(4)]
    person_id, person = await library.person()
    answers = await asyncio.gather(*(ask(person, hospitals[n % 4]) for n in range(20)))
    async with library.service.database.read() as reader:
        waiting = await reader.fetchval(
            "SELECT count(*) FROM binding WHERE person_id = $1 AND state = 'pending'", person_id
        )
    return sorted(answer.status for answer in answers), waiting


async def test_one_request_of_a_person_waits_at_a_time(library: Library) -> None:
    """Whatever the race."""
    statuses, waiting = await ask_twenty_times(library)
    assert (statuses.count(201), waiting) == (1, 1)


async def test_without_lock_and_constraint_several_requests_wait(
    library: Library, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the lock on the person gone, the constraint leaves one; that gone too, several wait."""
    monkeypatch.setattr(known_people, "lock", known_people.select)
    assert (await ask_twenty_times(library))[1] == 1
    migrator = await asyncpg.connect(engines.stack.around.dsn("institution_migrator", library.service.database_name))
    try:
        await migrator.execute("DROP INDEX uq__binding__pending_person_id")
    finally:
        await migrator.close()
    assert (await ask_twenty_times(library))[1] > 1


@pytest.mark.parametrize("seed", range(5))
async def test_a_confirmation_and_a_code_at_once_leave_one_binding(library: Library, seed: int) -> None:
    """The unit confirms while the person types another unit's code: one of both, never two."""
    hospital, other = await library.hospital(), await library.hospital()
    person_id, person = await library.person()
    made = await ask(person, hospital)
    entry = await library.entry(other)
    answers = await asyncio.gather(
        hospital.owner.post(console(hospital, made.body["id"], "confirmation"), version=1),
        person.post("/bindings", entry),
    )
    assert sorted(answer.status < 300 for answer in answers) == [False, True], seed
    async with library.service.database.read() as reader:
        open_ones = await reader.fetchval(
            "SELECT count(*) FROM binding WHERE person_id = $1 AND state <> 'ended'", UUID(str(person_id))
        )
    assert open_ones == 1
