"""Index keys are replaced while people log in: everybody is found, nothing is given away twice (V47, V48)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.identity.storage import identity_documents, persons
from shared.privacy.reindexing import reindex
from shared.security.blind_index import BlindIndex, blind_index
from tests.integration.identity.people import (
    ask_for_code,
    log_in,
    other_than,
    phone_number,
    resident_number,
    some_morning,
    try_code,
)
from tests.integration.identity.rotation import Known, crowd, document_of, install
from tests.integration.identity.test_resealing import run
from tests.integration.identity.test_staff_accounts import active_account, code, sign_in
from tests.support.service_under_test import Serve, ServiceUnderTest


async def found(service: ServiceUnderTest, known: Known) -> bool:
    """Whether a person is found by phone and by number with the ring as it is."""
    phone = blind_index(service.keyring, "index_contact", "phone", known.phone)
    number = blind_index(service.keyring, "index_person", "document_no", known.document_no)
    async with service.database.read() as reader:
        person = await persons.select_by_phone(reader, phone)
        holder = await identity_documents.select_holder(reader, number)
    return person is not None and person.person_id == known.person_id == holder


@pytest.mark.requirement("V47", "V48")
async def test_everybody_is_found_in_every_phase(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """Known beside, active, recomputed, the old one removed: people are found by phone and number throughout, and the
    command says when the old key may go."""
    service = await serve("identity", some_morning())
    people = await crowd(service, 450)
    for data_class in ("index_contact", "index_person"):
        install(service, data_class, "k1", "k1", "k2")
    assert all([await found(service, known) for known in people[::30]])
    for data_class in ("index_contact", "index_person"):
        install(service, data_class, "k2", "k1", "k2", algorithm="SM4-GCM")
        assert (await run(service, capsys, "retire-key", data_class, "k1"))[0] == 1
    assert all([await found(service, known) for known in people[::30]])
    people += await crowd(service, 3, first=len(people))
    status, said = await run(service, capsys, "reindex")
    assert (status, said["did_not_open"]) == (0, {})
    assert (said["done"]["person.phone_index"], said["done"]["identity_document.document_index"]) == (450, 450)
    again = await reindex(service.definition.register, service.database, service.keyring, None, lambda *_: None)
    assert not any(again.done.values())
    for data_class in ("index_contact", "index_person"):
        assert (await run(service, capsys, "retire-key", data_class, "k1"))[0] == 0
        install(service, data_class, "k2", "k2", algorithm="SM4-GCM")
    assert all([await found(service, known) for known in people[::30]])


@pytest.mark.requirement("V48")
async def test_control_a_key_taken_away_too_early_loses_people(serve: Serve) -> None:
    """Control: without recomputing, nobody is found under the new key alone."""
    service = await serve("identity", some_morning())
    (known,) = await crowd(service, 1)
    install(service, "index_contact", "k2", "k2")
    assert not await found(service, known)


@pytest.mark.requirement("V48", "V2")
async def test_a_login_crosses_the_change_of_keys(serve: Serve) -> None:
    """A code asked for under the old key is good under the new one, wrong guesses stay counted, and the person who logs
    in afterwards is the same one."""
    service = await serve("identity", clock := some_morning())
    before = (await log_in(service)).body["person_id"]
    clock.advance(timedelta(minutes=2))
    challenge_id, sent = await ask_for_code(service)
    for _ in range(4):
        assert (await try_code(service, challenge_id, other_than(sent))).status == 401
    install(service, "index_contact", "k2", "k1", "k2")
    answer = await try_code(service, challenge_id, sent)
    assert (answer.status, answer.body["person_id"]) == (201, before)
    clock.advance(timedelta(minutes=2))
    challenge_id, sent = await ask_for_code(service)
    statuses = [(await try_code(service, challenge_id, other_than(sent))).status for _ in range(5)]
    clock.advance(timedelta(minutes=2))
    challenge_id, sent = await ask_for_code(service)
    statuses.append((await try_code(service, challenge_id, other_than(sent))).status)
    assert statuses == [401] * 6
    assert (await try_code(service, challenge_id, sent)).status == 429
    refreshed = await service.anonymous().post("/sessions/refresh", {"refresh_token": answer.body["refresh_token"]})
    assert refreshed.status == 200


@pytest.mark.requirement("V48", "V11")
async def test_staff_log_in_across_the_change_of_keys(serve: Serve) -> None:
    """An account made under the old key opens under the new one."""
    service = await serve("identity", clock := some_morning())
    account = await active_account(service, "zone_admin", phone_number(9))
    install(service, "index_contact", "k2", "k1", "k2")
    clock.advance(timedelta(minutes=1))
    totp = code(service, account["totp_secret"])
    assert (await sign_in(service, totp, phone_number(9))).status == 201


async def race(service: ServiceUnderTest, claim: Callable[[int], Awaitable[bool]], parts: int = 8) -> int:
    """How many of several claims, made under different active keys at once, succeed."""
    return sum(await asyncio.gather(*(claim(part) for part in range(parts))))


@pytest.mark.requirement("V32", "V48")
async def test_one_number_is_given_away_once_while_keys_change(serve: Serve) -> None:
    """Processes whose rings agree but for the active key ask for one free number at once: one of them gets it."""
    service = await serve("identity", some_morning())
    people = await crowd(service, 8)
    async with service.database.transaction() as tx:
        await tx.execute("DELETE FROM identity_document")
    install(service, "index_person", "k2", "k1", "k2")
    assert await race(service, lambda part: _claim(service, people[part], part)) == 1
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM identity_document WHERE state = 'verified'") == 1


@pytest.mark.requirement("V32", "V48")
async def test_control_without_the_lock_a_number_is_given_away_twice(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the lock on the value away, the unique index alone lets one claim per key pass."""
    service = await serve("identity", some_morning())
    people = await crowd(service, 8)
    async with service.database.transaction() as tx:
        await tx.execute("DELETE FROM identity_document")
    install(service, "index_person", "k2", "k1", "k2")
    written = asyncio.Barrier(2)

    async def nobody_waits(_tx: object, _index: object) -> None:
        """Neither knows of the other."""

    monkeypatch.setattr(identity_documents, "lock_value", nobody_waits)
    assert await race(service, lambda part: _claim(service, people[part], part, written), parts=2) == 2


async def _claim(service: ServiceUnderTest, known: Known, part: int, written: asyncio.Barrier | None = None) -> bool:
    """A claim of the same number by a process that has k1 or k2 active, by turns; it commits when all have written."""
    index = blind_index(service.keyring, "index_person", "document_no", resident_number(7))
    if part % 2:
        turned = BlindIndex(index.earlier[0])
        turned.earlier = (bytes(index),)
        index = turned
    document = replace(document_of(service, known), document_index=index)
    async with service.database.transaction() as tx:
        done = await identity_documents.insert(tx, document)
        if written is not None:
            await written.wait()
        return done
