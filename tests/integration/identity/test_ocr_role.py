"""The ocr role as its own process: killed in the middle of a card, the next copy finishes it, once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from deploy.local.environment import service_environment
from services.identity.ocr.card_reader import CardReader
from shared.contracts.identity import PersonVerified, VerificationFailed
from tests.integration.identity.cards import card, claim, read_all, with_photos
from tests.integration.identity.people import phone_number, some_morning
from tests.support.engines import PROJECT, Engines
from tests.support.lost_keys import lose_key
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.waiting import wait_until


@asynccontextmanager
async def ocr_process(
    engines: Engines, service: ServiceUnderTest, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m services.identity ocr` on the service's database."""
    around = engines.stack.around
    environment = {"PATH": os.environ["PATH"]} | service_environment(around, "identity", "ocr")
    environment |= {
        "IDENTITY_POSTGRES__DSN": around.dsn("identity", service.database_name),
        "IDENTITY_PROFILE": "test",
        "IDENTITY_OPERATIONS__PORT": "0",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.identity", "ocr", env=environment | more, cwd=PROJECT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 30)


async def test_a_killed_copy_loses_no_card(serve: Serve, engines: Engines) -> None:
    """The first copy is killed between reading and deciding; a copy whose clock is past the lease verifies the person,
    with one event."""
    service = await serve("identity")
    person, _, _ = card(1)
    caller = await with_photos(service, phone_number(1))
    assert (await claim(caller, person.name, person.id_number)).status == 202
    async with ocr_process(engines, service, FAILPOINT="ocr.before_decide:kill") as first:
        assert await asyncio.wait_for(first.wait(), 60) == -signal.SIGKILL
    assert (await caller.get("/verification")).body["progress"]["step"] == "reading"

    async def verified() -> bool:
        return bool((await caller.get("/me")).body["verification"]["state"] == "verified")

    async with ocr_process(engines, service, IDENTITY_CLOCK_OFFSET_SECONDS="180") as second:
        await wait_until(verified, seconds=60, what="the second copy's verdict")
    assert second.returncode == 0
    assert len(await service.published(PersonVerified)) == 1


@pytest.mark.requirement("V58")
async def test_photos_whose_key_was_lost_keep_nobody_waiting(
    serve: Serve, engines: Engines, card_reader: CardReader
) -> None:
    """The neighbour's card is read, nothing is raised, and after the tries whose key was lost is asked to prove again,
    which counts nothing."""
    service: ServiceUnderTest = await serve("identity", clock := some_morning())
    callers = []
    for seed in (1, 2):
        person, _, _ = card(seed)
        callers.append(await with_photos(service, phone_number(seed), seed))
        assert (await claim(callers[-1], person.name, person.id_number)).status == 202
    await lose_key(engines, UUID((await callers[0].get("/me")).body["person_id"]))
    service.deps.subject_keys._known.clear()
    await read_all(service, card_reader)
    assert len(await service.published(PersonVerified)) == 1
    for _ in range(service.settings.recognition.tries):
        clock.advance(timedelta(seconds=10))
        await read_all(service, card_reader)
    assert [one.reason_code for one in await service.published(VerificationFailed)] == ["recognition_failed"]
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT sum(failures_in_all) FROM identity_verification") == 0
