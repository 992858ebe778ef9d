"""Keys of persons are destroyed surely, taken out of the way of what stays, and missed when they are lost (V58)."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.identity.jobs import destroy_keys
from services.identity.storage import key_destructions, persons
from services.identity.use_cases.linking import decide_merge
from services.identity.use_cases.retelling.retell_people import retell_reachable
from shared.contracts.identity import PersonContactChanged
from shared.security.keyring import KeyMissing
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_from_event, open_text, subject_of
from tests.integration.identity.people import (
    PHONE,
    candidate,
    log_in,
    phone_number,
    some_morning,
    wechat_log_in,
    with_token,
)
from tests.integration.identity.sealed_rows import SealedValue, close, sealed_for
from tests.integration.identity.test_merging import ask_to_link, decide, only_request, two_accounts
from tests.support.engines import Engines
from tests.support.fake_wechat import running_wechat
from tests.support.lost_keys import lose_key
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.waiting import wait_until

_ONE_WAIT = 8.0
"""Seconds: the one that a call may wait here, and what a busy machine takes; waits that queue up take longer."""


@pytest.mark.requirement("V58")
async def test_a_destruction_that_was_interrupted_is_done_by_the_next_run(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing asks for the destruction in its own commit; a worker that dies before crossing it off repeats it.
    Control: until a worker has come, the key is there."""
    service: ServiceUnderTest = await serve("identity", some_morning())
    caller = await candidate(service)
    person_id = UUID((await caller.get("/me")).body["person_id"])
    await close(service, caller)
    keys = service.deps.subject_keys
    assert await keys.find(person_id)
    with monkeypatch.context() as broken:
        broken.setattr(key_destructions, "delete", _die)
        with pytest.raises(RuntimeError, match="killed"):
            await destroy_keys(service.deps)
    with pytest.raises(SubjectErased):
        await keys.find(person_id)
    async with service.database.read() as reader:
        assert await key_destructions.select_waiting(reader, 10) == [person_id]
    await destroy_keys(service.deps)
    async with service.database.read() as reader:
        assert await key_destructions.select_waiting(reader, 10) == []


async def _die(*_: Any) -> None:
    raise RuntimeError("killed")


@pytest.mark.requirement("V58", "A5")
async def test_a_merge_takes_the_wechat_account_out_of_the_destroyed_key(serve: Serve) -> None:
    """The account that closes loses its key; the WeChat account that moved opens under the key of who remains."""
    async with running_wechat() as wechat:
        service: ServiceUnderTest = await serve("identity", some_morning(), **wechat.settings)
        remains, mine = await _merged(service)
        service.deps.subject_keys._known.clear()
        (link,) = await sealed_wechat(service, remains)
        assert subject_of(link.envelope) == UUID(remains)
        assert await open_text(service.keyring, link.data_class, link.place, link.envelope)
        with pytest.raises(SubjectErased):
            await service.deps.subject_keys.find(UUID(mine))


@pytest.mark.requirement("V58", "A5")
async def test_control_moved_without_sealing_anew_it_is_lost(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: a WeChat account that only changes hands stays under the destroyed key."""

    async def only_moved(tx: Any, from_person: UUID, to_person: UUID, _keyring: Any) -> None:
        await tx.execute("UPDATE wechat_credential SET person_id = $2 WHERE person_id = $1", from_person, to_person)

    monkeypatch.setattr(decide_merge, "move_wechat", only_moved)
    async with running_wechat() as wechat:
        service: ServiceUnderTest = await serve("identity", some_morning(), **wechat.settings)
        remains, _ = await _merged(service)
        service.deps.subject_keys._known.clear()
        (link,) = await sealed_wechat(service, remains)
        with pytest.raises(SubjectErased):
            await open_text(service.keyring, link.data_class, link.place, link.envelope)


async def _merged(service: ServiceUnderTest) -> tuple[str, str]:
    """(who remains, who was closed and has no key any more)."""
    by_phone, by_wechat = await two_accounts(service)
    assert (await ask_to_link(service, with_token(service, by_wechat))).body["outcome"] == "merge_pending"
    reviewer = service.caller("identity_reviewer")
    assert (await decide(reviewer, await only_request(reviewer), "approval")).status == 200
    await destroy_keys(service.deps)
    assert (await wechat_log_in(service)).body["person_id"] == by_phone["person_id"]
    return by_phone["person_id"], by_wechat["person_id"]


async def sealed_wechat(service: ServiceUnderTest, person_id: str) -> list[SealedValue]:
    """A person's WeChat accounts as they rest."""
    return [one for one in await sealed_for(service, person_id) if one.column == "wechat_credential.openid_sealed"]


@pytest.mark.requirement("V58")
async def test_while_the_store_is_away_nobody_new_comes_in_and_the_others_go_on(serve: Serve) -> None:
    """A first login is asked to come again and leaves nothing behind; what needs no key of a person answers."""
    service: ServiceUnderTest = await serve(
        "identity", some_morning(), SUBJECT_KEYS__DSN="postgresql://identity@127.0.0.1:1/tiro_keys"
    )
    answer = await service.anonymous().post("/login-codes", {"phone": PHONE})
    assert (answer.status, answer.code) == (503, "database_unavailable")
    assert (await service.anonymous().get("/jwks")).status == 200
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM login_challenge") == 0


@pytest.mark.requirement("V58")
async def test_a_store_that_never_answers_takes_nothing_else_with_it(serve: Serve) -> None:
    """Twenty ask for codes while the store accepts and says nothing: more than the pool has connections. All are
    refused, what needs the database but no key of a person answers within the time of one wait, and who asks after that
    is refused without a call."""
    calls: list[object] = []
    silent = await asyncio.start_server(lambda *call: calls.append(call), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    there = {
        "SUBJECT_KEYS__DSN": f"postgresql://identity@127.0.0.1:{port}/tiro_keys",
        "SUBJECT_KEYS__COMMAND_TIMEOUT": "1",
    }
    service: ServiceUnderTest = await serve("identity", some_morning(), **there)
    now = time.monotonic()
    service.deps.subject_keys._circuit.monotonic = lambda: now
    began = time.monotonic()
    asking = [
        asyncio.create_task(service.anonymous().post("/login-codes", {"phone": phone_number(n)})) for n in range(20)
    ]
    await wait_until(lambda: service.database._pool.get_idle_size() == 0 < service.database._pool.get_size())
    assert (await service.caller("identity_reviewer").get("/verification-requests")).status == 200
    assert time.monotonic() - began < _ONE_WAIT
    answers = await asyncio.gather(*asking)
    assert {(one.status, one.code) for one in answers} == {(503, "database_unavailable")}
    assert time.monotonic() - began < _ONE_WAIT
    called = len(calls)
    assert (await service.anonymous().post("/login-codes", {"phone": PHONE})).status == 503
    assert len(calls) == called > 0
    silent.close()


@pytest.mark.requirement("V58", "M11")
async def test_a_lost_key_is_found_before_it_is_missed(serve: Serve) -> None:
    """A person whose key the store does not have raises the finding, which ends when it is there again. Control: with
    everybody's key there is none."""
    service: ServiceUnderTest = await serve("identity", some_morning())
    caller = await candidate(service)
    person_id = UUID((await caller.get("/me")).body["person_id"])
    await service.reconcile("look-for-lost-keys")
    assert await service.findings() == {}
    async with service.database.transaction() as tx:
        known = await persons.lock(tx, person_id)
        stranger = (known.phone_sealed or b"").replace(person_id.bytes, UUID(int=7).bytes)
        await tx.execute(
            "INSERT INTO person (person_id, phone_sealed, phone_index, language, version, created_at) "
            "VALUES ($1, $2, decode(repeat('07', 32), 'hex'), 'zh', 1, $3)",
            UUID(int=7),
            stranger,
            service.clock.now(),
        )
    with pytest.raises(KeyMissing):
        await open_text(service.keyring, "contact", "person.phone:x", stranger)
    await service.reconcile("look-for-lost-keys")
    assert await service.findings() == {"lost_subject_key": 1}
    async with service.database.transaction() as tx:
        await tx.execute("DELETE FROM person WHERE person_id = $1", UUID(int=7))
    await service.reconcile("look-for-lost-keys")
    assert await service.findings() == {}


@pytest.mark.requirement("V58", "A4")
async def test_a_phone_whose_key_was_lost_comes_back_with_the_login(serve: Serve, engines: Engines) -> None:
    """Who logs in by code has proven the phone: it is sealed anew under the key of now and told to the neighbours.
    Control: a further login tells nothing."""
    service: ServiceUnderTest = await serve("identity", clock := some_morning())
    person_id = UUID((await log_in(service)).body["person_id"])
    await _lose(service, engines, person_id)
    clock.advance(timedelta(minutes=2))
    caller = await candidate(service)
    shown = await caller.get("/me")
    assert (shown.status, shown.body.get("phone_masked", "")[-4:]) == (200, PHONE[-4:])
    assert UUID(shown.body["person_id"]) == person_id
    told = await service.published(PersonContactChanged)
    assert [one.aggregate_version for one in told] == [1, 2]
    place = f"{PersonContactChanged.TYPE}.phone:{person_id}"
    assert await open_from_event(service.keyring, "contact", place, told[-1].phone) == PHONE
    clock.advance(timedelta(minutes=2))
    await log_in(service)
    assert len(await service.published(PersonContactChanged)) == len(told)


@pytest.mark.requirement("V58", "A4")
async def test_a_phone_under_a_key_made_anew_comes_back_too(serve: Serve, engines: Engines) -> None:
    """Where somebody made the person a new key already, the old value does not open: the login mends that as well."""
    service: ServiceUnderTest = await serve("identity", clock := some_morning())
    person_id = UUID((await log_in(service)).body["person_id"])
    await _lose(service, engines, person_id)
    await service.deps.subject_keys.take(person_id)
    clock.advance(timedelta(minutes=2))
    assert (await (await candidate(service)).get("/me")).body["phone_masked"][-4:] == PHONE[-4:]


@pytest.mark.requirement("V58")
async def test_a_login_gives_an_erased_person_no_phone_back(serve: Serve) -> None:
    """Whose key was destroyed is not sealed for again, whatever a backup brought back."""
    service: ServiceUnderTest = await serve("identity", clock := some_morning())
    person_id = UUID((await log_in(service)).body["person_id"])
    await service.deps.subject_keys.destroy(person_id)
    clock.advance(timedelta(minutes=2))
    refused = await (await candidate(service)).get("/me")
    assert (refused.status, refused.code) == (404, "subject_erased")
    assert len(await service.published(PersonContactChanged)) == 1


@pytest.mark.requirement("V58", "M11")
async def test_one_lost_key_keeps_no_neighbour_from_being_told_again(serve: Serve, engines: Engines) -> None:
    """Of a page of people those are told again whose phones open."""
    service: ServiceUnderTest = await serve("identity", some_morning())
    ids = [UUID((await log_in(service, phone_number(n))).body["person_id"]) for n in range(3)]
    await _lose(service, engines, ids[0])
    await service.deps.subject_keys.destroy(ids[1])
    async with service.database.transaction() as tx:
        told = await retell_reachable(tx, ids, service.keyring, service.clock.now())
    assert [one.aggregate_id for one in told] == [ids[2]]


async def _lose(service: ServiceUnderTest, engines: Engines, person_id: UUID) -> None:
    await lose_key(engines, person_id)
    service.deps.subject_keys._known.clear()
