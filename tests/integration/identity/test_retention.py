"""What is kept how long: the clock moves, the bucket is listed (V57, V40)."""

import asyncio
from datetime import timedelta

import pytest

from services.identity.jobs import (
    JOBS,
    forget_logins,
    forget_requests,
    put_decided_images_aside,
    remove_replaced_images,
)
from services.identity.storage.image_keys import day_prefix
from shared.ids import new_id
from tests.integration.identity.cards import with_photos
from tests.integration.identity.people import candidate, phone_number, some_morning
from tests.integration.identity.reviewing import waits
from tests.integration.identity.test_exempt_channel import military
from tests.integration.identity.test_manual_review import DETAILS, ask, audited, reviewer
from tests.support.service_under_test import Serve, ServiceUnderTest

_LEFT = """
SELECT (SELECT count(*) FROM identity_verification WHERE claim_type IS NOT NULL) AS requests,
       (SELECT count(*) FROM merge_request) AS merges, (SELECT count(*) FROM exempt_choice) AS choices,
       (SELECT count(*) FROM known_device) AS devices
"""
_MERGE = """
INSERT INTO merge_request (request_id, applicant_id, grounds, state, requested_at, decided_at)
VALUES ($1, $2, 'phone', $3, $4, CASE WHEN $3 = 'pending' THEN NULL ELSE $4::timestamptz END)
"""


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


async def counted(service: ServiceUnderTest) -> dict[str, int]:
    """What is left of requests, merges, choices, sheets and devices."""
    async with service.database.read() as reader:
        row = await reader.fetchrow(_LEFT)
    return dict(row or {})


@pytest.mark.requirement("V57")
async def test_requests_choices_and_sheets_go_after_their_terms(serve: Serve) -> None:
    """Each is there on the last day of its term and gone after it; what still waits or stands stays however old."""
    service = await serve("identity", clock := some_morning())
    staff = service.caller("identity_reviewer")
    _, rejected = await waits(service, "E1000001", n=1)
    await waits(service, "E1000002", n=2)
    body = {"reason_code": "image_unclear"}
    assert (await staff.post(f"/verification-requests/{rejected}/rejection", body, version=1)).status == 200
    taken_back, standing = await candidate(service, phone_number(1)), await candidate(service, phone_number(2))
    for n, caller in enumerate((taken_back, standing)):
        assert (await caller.post("/exempt-channel", military(n))).status == 200
    assert (await taken_back.post("/exempt-channel/withdrawal")).status == 200
    async with service.database.transaction() as tx:
        for n, state in enumerate(("pending", "rejected")):
            person = (await (taken_back, standing)[n].get("/me")).body["person_id"]
            await tx.execute(_MERGE, new_id(), person, state, clock.now())
    everything = {"requests": 2, "merges": 2, "choices": 2, "devices": 2}
    clock.advance(timedelta(days=30) - timedelta(minutes=1))
    await forget_requests(service.deps)
    assert await counted(service) == everything
    clock.advance(timedelta(minutes=2))
    await forget_requests(service.deps)
    assert await counted(service) == everything | {"choices": 1}
    clock.advance(timedelta(days=150) - timedelta(minutes=2))
    await forget_requests(service.deps)
    await forget_logins(service.deps)
    assert await counted(service) == everything | {"choices": 1}
    clock.advance(timedelta(minutes=2))
    await forget_requests(service.deps)
    await forget_logins(service.deps)
    assert await counted(service) == {"requests": 1, "merges": 1, "choices": 1, "devices": 0}
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT claim_index FROM identity_verification WHERE state = 'rejected'") is None


def test_every_term_has_its_job() -> None:
    """The worker runs what forgets."""
    forgetting = {"put-decided-images-aside", "remove-replaced-images", "forget-logins", "forget-requests"}
    assert forgetting | {"remove-old-exports"} <= {job.name for job in JOBS}
