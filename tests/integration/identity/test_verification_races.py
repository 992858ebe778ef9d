"""Races and crashes of the automatic check: one document is one person, and no card is lost or judged twice."""

import asyncio
import os
import signal
from datetime import timedelta

import asyncpg
import pytest

from services.identity.domain.claim import Claim
from services.identity.domain.limits import RecognitionLimits
from services.identity.ocr.card_reader import CardReader
from services.identity.ocr.role import work_once
from services.identity.storage import identity_documents, persons, recognition_jobs
from services.identity.storage.recognition_jobs import RecognitionJob
from services.identity.use_cases.verifying.start_automatic_verification import claim_place
from shared.contracts.identity import PersonVerified, VerificationFailed
from shared.ids import new_id
from shared.security.blind_index import BlindIndex, blind_index
from shared.security.sealing import seal_text
from tests.integration.identity.cards import (
    card,
    claim,
    decide,
    take,
    with_photos,
)
from tests.integration.identity.people import phone_number, resident_number, some_morning
from tests.support.engines import Engines
from tests.support.service_under_test import Serve, ServiceUnderTest

_NAIVE_INSERT = """
INSERT INTO identity_document VALUES ($1, $2, 'resident_id', $3, '', '', '', NULL, 'verified', now())
"""


async def fifty_claims(service: ServiceUnderTest, *, take_them: bool = True) -> list[RecognitionJob]:
    """Fifty people with photos who claim one and the same number; their jobs, taken."""
    now, jobs = service.clock.now(), []
    index = blind_index(service.keyring, "index_person", "document_no", resident_number(1))
    for n in range(50):
        async with service.database.transaction() as tx:
            person = persons.Person(new_id(), b"sealed", "zh", "active")
            await persons.insert(tx, person, BlindIndex(n.to_bytes(32)), now)
            await tx.execute(
                "UPDATE identity_verification SET state = 'auto_checking' WHERE person_id = $1", person.person_id
            )
            job_id = new_id()
            said = Claim(name="王试", document_type="resident_id", document_no=resident_number(1)).model_dump_json()
            sealed = seal_text(service.keyring, "person", claim_place(job_id), said)
            await recognition_jobs.insert(tx, job_id, person.person_id, sealed, index, "front", "back", now)
        if take_them:
            jobs.append(await take(service))
    return jobs


@pytest.mark.requirement("V32", "M9")
async def test_of_fifty_claims_to_one_document_one_wins(serve: Serve) -> None:
    """Fifty people are found to match one document at the same moment: one is verified, the others are told."""
    service = await serve("identity", some_morning())
    jobs = await fifty_claims(service)
    states = await asyncio.gather(*(decide(service, job, None) for job in jobs))
    assert sorted(str(state) for state in states) == ["auto_failed"] * 49 + ["verified"]
    assert len(await service.published(PersonVerified)) == 1
    failed = await service.published(VerificationFailed)
    assert {event.reason_code for event in failed} == {"document_in_use"}
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM identity_document WHERE state = 'verified'") == 1


@pytest.mark.requirement("V32", "M9")
async def test_without_the_index_several_claims_win(serve: Serve, engines: Engines) -> None:
    """Negative control: with the unique index away and a look before the insert instead, eight people win."""
    service = await serve("identity", some_morning())
    jobs = (await fifty_claims(service))[:8]
    owner = await asyncpg.connect(engines.stack.around.dsn("identity_migrator", service.database_name))
    await owner.execute("DROP INDEX uq__identity_document__document_index")
    await owner.close()
    all_have_looked = asyncio.Barrier(len(jobs))

    async def naive(job: RecognitionJob) -> None:
        """A claim when looking and inserting are two steps."""
        async with service.database.transaction() as tx:
            holder = await identity_documents.select_holder(tx, BlindIndex(job.document_index))
            await all_have_looked.wait()
            if holder is None:
                await tx.execute(_NAIVE_INSERT, new_id(), job.person_id, job.document_index)

    await asyncio.gather(*(naive(job) for job in jobs))
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM identity_document WHERE state = 'verified'") == 8


@pytest.mark.requirement("V32")
async def test_a_verified_document_is_refused_before_any_reading(serve: Serve) -> None:
    """Somebody else's verified number is refused at the start."""
    service = await serve("identity", some_morning())
    first = await with_photos(service, phone_number(1))
    await claim(first, "王试", resident_number(1))
    assert await decide(service, await take(service), None) == "verified"
    second = await with_photos(service, phone_number(2))
    refused = await claim(second, "王试", resident_number(1))
    assert (refused.status, refused.code) == (409, "document_held_by_another")
    again = await claim(first, "王试", resident_number(1))
    assert (again.status, again.code) == (409, "verification_not_allowed")


async def test_a_reader_that_dies_loses_no_job(serve: Serve, card_reader: CardReader) -> None:
    """A copy that took a job and died leaves it to another after the lease; what it says later is dropped."""
    clock = some_morning()
    service = await serve("identity", clock)
    person, _, _ = card(1)
    caller = await with_photos(service, phone_number(1))
    await claim(caller, person.name, person.id_number)
    dead = await take(service)
    assert not await work_once(service.deps, card_reader)
    clock.advance(timedelta(seconds=121))
    assert await work_once(service.deps, card_reader)
    assert await decide(service, dead, "glare") is None
    assert (await service.anonymous().get("/jwks")).status == 200
    async with service.database.read() as reader:
        row = await reader.fetchrow("SELECT state, tries, result, claim_sealed FROM recognition_job")
        assert (row["state"], row["tries"], row["result"], row["claim_sealed"]) == ("finished", 2, "match", None)
        assert await reader.fetchval("SELECT state FROM identity_verification") == "verified"


async def test_many_readers_take_each_job_once(serve: Serve) -> None:
    """Twenty copies that ask at the same moment get twenty different jobs."""
    service = await serve("identity", some_morning())
    await fifty_claims(service, take_them=False)
    jobs = await asyncio.gather(*(take(service) for _ in range(20)))
    assert len({job.job_id for job in jobs}) == 20


async def test_a_killed_child_costs_one_try(serve: Serve) -> None:
    """The child is killed in the middle of a card: the job goes back to the queue and is read by the next child."""
    clock = some_morning()
    service = await serve("identity", clock)
    person, front, back = card(1)
    caller = await with_photos(service, phone_number(1))
    await claim(caller, person.name, person.id_number)
    reader = CardReader(RecognitionLimits())
    try:
        await reader.read(front, back, clock.now().date())
        (child,) = reader.pids
        os.kill(child, signal.SIGSTOP)
        working = asyncio.create_task(work_once(service.deps, reader))
        await asyncio.sleep(0.3)
        assert not working.done()
        os.kill(child, signal.SIGKILL)
        assert await working
        assert not await work_once(service.deps, reader)
        clock.advance(timedelta(seconds=6))
        assert await work_once(service.deps, reader)
    finally:
        await reader.stop()
    async with service.database.read() as rows:
        assert await rows.fetchval("SELECT state FROM identity_verification") == "verified"
        assert await rows.fetchval("SELECT tries FROM recognition_job") == 2


@pytest.mark.requirement("A13", "V30")
async def test_a_card_that_can_not_be_read_in_time_costs_no_attempt(serve: Serve) -> None:
    """After three readings cut off by the time limit the person is told, keeps all attempts, and may ask a reviewer."""
    clock = some_morning()
    service = await serve("identity", clock)
    person, _, _ = card(1)
    caller = await with_photos(service, phone_number(1))
    await claim(caller, person.name, person.id_number)
    reader = CardReader(RecognitionLimits(seconds=0.05))
    try:
        for _ in range(3):
            assert await work_once(service.deps, reader)
            clock.advance(timedelta(seconds=6))
        assert not await work_once(service.deps, reader)
    finally:
        await reader.stop()
    shown = (await caller.get("/verification")).body
    assert (shown["state"], shown["reason"]["code"]) == ("auto_failed", "recognition_failed")
    assert shown["attempts_left"] == {"today": 3, "in_all": 5}
    assert "start_manual" in shown["next_actions"]
