"""What is kept how long: the clock moves, the bucket is listed (V57, V40)."""

import asyncio
from datetime import timedelta

import pytest

from services.identity.jobs import JOBS, put_decided_images_aside, remove_replaced_images
from services.identity.storage.image_keys import day_prefix
from tests.integration.identity.cards import with_photos
from tests.integration.identity.people import candidate, phone_number, some_morning
from tests.integration.identity.test_manual_review import DETAILS, ask, audited, reviewer
from tests.support.service_under_test import Serve, ServiceUnderTest


async def listed(service: ServiceUnderTest, day: str) -> set[str]:
    """The objects of a day's folder that rows of this database named when they were stored."""
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT entry::jsonb #>> '{facts,image_id}' AS id FROM audit_entry")
    assert rows
    return set(await service.bucket.list_keys(day + "/"))


async def run_jobs(service: ServiceUnderTest, copies: int = 1) -> None:
    """What the worker does, in several copies at once, without the lock that usually keeps them apart."""
    await asyncio.gather(*(put_decided_images_aside(service.deps) for _ in range(copies)))
    service.clock.advance(timedelta(minutes=61))
    await asyncio.gather(*(remove_replaced_images(service.deps) for _ in range(copies)))


@pytest.mark.requirement("V57")
async def test_photos_go_days_after_the_decision(serve: Serve) -> None:
    """Kept on the last day of the term, gone after it, whatever the number of copies of the job; a request that still
    waits keeps its photos however old, and the verified identity stays."""
    service = await serve("identity", clock := some_morning(), RETENTION__IMAGE_DAYS="14")
    prefix = day_prefix(clock.now().date())
    before = set(await service.bucket.list_keys(prefix + "/"))
    decided, waiting = await with_photos(service, phone_number(1)), await with_photos(service, phone_number(2))
    version = (await ask(decided)).body["version"]
    await ask(waiting, document_no="E7654321")
    staff, person = await reviewer(service), (await decided.get("/me")).body["person_id"]
    assert (await staff.post(f"/verification-requests/{person}/approval", DETAILS, version=version)).status == 200
    assert len(await listed(service, prefix) - before) == 4
    clock.advance(timedelta(days=14) - timedelta(hours=2))
    await run_jobs(service, copies=4)
    assert len(await listed(service, prefix) - before) == 4
    clock.advance(timedelta(hours=4))
    await run_jobs(service, copies=4)
    assert len(await listed(service, prefix) - before) == 2
    async with service.database.read() as reader:
        owners = await reader.fetch("SELECT DISTINCT person_id FROM verification_image")
    assert [str(row["person_id"]) for row in owners] != [person]
    assert len(owners) == 1
    assert await audited(service, "verification.forget_image") == 2
    again = await candidate(service, phone_number(1))
    shown = (await again.get("/verification")).body
    assert (shown["state"], shown["photos"]) == ("verified", [])


@pytest.mark.requirement("V57")
async def test_photos_nobody_asked_a_decision_for_go_too(serve: Serve) -> None:
    """Uploaded and left alone: they count from their upload."""
    service = await serve("identity", clock := some_morning())
    prefix = day_prefix(clock.now().date())
    before = set(await service.bucket.list_keys(prefix + "/"))
    await with_photos(service, phone_number(1))
    clock.advance(timedelta(days=31))
    await run_jobs(service)
    assert await listed(service, prefix) - before == set()


@pytest.mark.requirement("V57")
async def test_control_without_the_job_photos_stay(serve: Serve) -> None:
    """Control: the removal alone touches nothing that was not put aside."""
    service = await serve("identity", clock := some_morning())
    await with_photos(service, phone_number(1))
    clock.advance(timedelta(days=400))
    await remove_replaced_images(service.deps)
    async with service.database.read() as reader:
        keys = [row["object_key"] for row in await reader.fetch("SELECT object_key FROM verification_image")]
    assert [await service.bucket.exists(key) for key in keys] == [True, True]


def test_every_term_has_its_job() -> None:
    """The worker runs what forgets."""
    assert {"put-decided-images-aside", "remove-replaced-images", "forget-logins", "remove-old-exports"} <= {
        job.name for job in JOBS
    }
