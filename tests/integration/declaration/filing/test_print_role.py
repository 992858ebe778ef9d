"""The print role under faults: killed at every step, without its bucket, with a list that can not be printed."""

import asyncio
import signal
import sys
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from deploy.local.environment import service_environment
from services.declaration.print_role import run_print
from shared.ids import new_id
from shared.objectstore import Bucket
from shared.settings import BucketSettings
from tests.integration.declaration.filing.paper import generate, open_draft, printing, rendered
from tests.integration.declaration.filing.year import Year, exam_year
from tests.support.engines import PROJECT, Engines
from tests.support.service_under_test import Serve
from tests.support.waiting import wait_until


async def _frozen(year: Year) -> str:
    await year.many(2)
    return str((await generate(year, await open_draft(year)))["id"])


async def _process(engines: Engines, year: Year, failpoint: str) -> asyncio.subprocess.Process:
    """A real print process on this test's database, armed."""
    around = engines.stack.around
    environment = service_environment(around, "declaration", "print") | {
        "DECLARATION_POSTGRES__DSN": around.dsn("declaration", year.service.database_name),
        "DECLARATION_OPERATIONS__PORT": "0",
        "DECLARATION_PROFILE": "test",
        "FAILPOINT": failpoint,
        "PATH": "/usr/bin:/bin",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.declaration",
        "print",
        cwd=PROJECT,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _job(year: Year) -> Any:
    async with year.service.database.read() as reader:
        return await reader.fetchrow("SELECT state, attempts, last_error FROM print_job")


async def _hurry(year: Year) -> None:
    """Time passes: leases and pauses are over."""
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE print_job SET leased_until = now() - interval '1 s' WHERE state = 'leased'")
        await tx.execute("UPDATE print_job SET next_try_at = now()")


async def _stored(year: Year) -> dict[str, bytes]:
    bucket = year.service.bucket
    async with year.service.database.read() as reader:
        ids = [row["id"] for row in await reader.fetch("SELECT id FROM print_job")]
    keys = [f"prints/{one}.pdf" for one in ids]
    return {key: await bucket.get(key, "object") for key in keys if await bucket.exists(key)}


@pytest.mark.requirement("V70", "M6")
@pytest.mark.parametrize(
    ("point", "stored_before"), [("print.after_claim", 0), ("print.after_render", 0), ("print.after_put", 1)]
)
async def test_a_killed_copy_loses_no_job(engines: Engines, serve: Serve, point: str, stored_before: int) -> None:
    """Killed at any step, the job comes back when the lease is over, and the file has the same bytes as before."""
    year = await exam_year(serve)
    list_id = await _frozen(year)
    process = await _process(engines, year, f"{point}:kill")
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL
    job = await _job(year)
    assert (job["state"], job["attempts"]) == ("leased", 1)
    before = await _stored(year)
    assert len(before) == stored_before
    async with printing(year):
        await asyncio.sleep(0.8)
        assert (await _job(year))["state"] == "leased"
        await _hurry(year)
        await rendered(year, list_id)
    after = await _stored(year)
    assert len(after) == 1
    assert before.items() <= after.items()
    assert (await _job(year))["attempts"] == 2


@pytest.mark.requirement("V70", "M6")
async def test_control_a_lease_that_never_ends_loses_the_job(engines: Engines, serve: Serve) -> None:
    """What brings the job of a killed copy back is the end of its lease: without one no other copy ever prints it."""
    year = await exam_year(serve)
    await _frozen(year)
    process = await _process(engines, year, "print.after_claim:kill")
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE print_job SET leased_until = 'infinity', next_try_at = now()")
    async with printing(year):
        await asyncio.sleep(1.5)
    job = await _job(year)
    assert (job["state"], job["attempts"], await _stored(year)) == ("leased", 1, {})


async def test_several_copies_share_the_queue(serve: Serve) -> None:
    """Two copies take different jobs; every list is rendered by one of them, once."""
    year = await exam_year(serve)
    for _ in range(4):
        year.institution_id = new_id()
        await year.institution_exists()
        await _frozen(year)

    async def all_done() -> bool:
        async with year.service.database.read() as reader:
            return bool(await reader.fetchval("SELECT count(*) FROM print_job WHERE state = 'done'") == 4)

    async with printing(year), printing(year):
        await wait_until(all_done, seconds=60, what="four lists are rendered")
    async with year.service.database.read() as reader:
        assert await reader.fetchval("SELECT max(attempts) FROM print_job") == 1
        assert await reader.fetchval("SELECT count(DISTINCT pdf_key) FROM qualified_list") == 4


@pytest.mark.requirement("V70")
async def test_who_waits_sees_how_many_come_first(serve: Serve) -> None:
    """While nothing prints, each paper has the number of those before it, in the list, in the evaluation and in the
    refusal of a download; what is done or given up says so."""
    year = await exam_year(serve)
    list_id = await _frozen(year)
    evaluations = [await year.certify(await year.evaluate(await year.declare())) for _ in range(2)]
    paths = [(f"/reviews/{one['declaration_id']}/evaluation", f"/evaluations/{one['id']}") for one in evaluations]
    listed = f"/qualified-lists/{list_id}"
    shown = (await year.unit.get(listed)).body
    assert (shown["progress"]["print"], shown["progress"]["ahead"]) == ("queued", 0)
    for ahead, (evaluation, certificate) in enumerate(paths, start=1):
        waiting = (await year.unit.get(evaluation)).body["print"]
        assert waiting == {"state": "queued", "ahead": ahead, "attempts": 0}
        refused = await year.unit.get(f"{certificate}/certificate")
        assert (refused.status, refused.code) == (409, "file_not_ready")
        assert f"{ahead} 份" in refused.body["title"]
        assert int(refused.headers["Retry-After"]) == 3 + ahead
    early = await year.unit.post(f"{listed}/printing", version=shown["version"])
    assert (early.status, early.code) == (409, "file_not_ready")
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE print_job SET state = 'failed' WHERE subject_id = $1::uuid", evaluations[0]["id"])
    given_up = await year.unit.get(f"{paths[0][1]}/certificate")
    assert (given_up.status, given_up.code) == (409, "file_not_printable")
    assert "重新核发" in given_up.body["title"]
    in_english = await year.unit.call("GET", f"{paths[0][1]}/certificate", headers={"Accept-Language": "en"})
    assert "ask for the same paper again" in in_english.body["title"]
    assert (await year.unit.get(paths[1][0])).body["print"]["ahead"] == 1

    async def done() -> bool:
        return bool((await year.unit.get(paths[1][0])).body["print"]["state"] == "done")

    async with printing(year):
        await wait_until(done, seconds=60, what="the certificate is rendered")
    assert (await year.unit.get(listed)).body["progress"]["ahead"] is None


async def test_without_a_bucket_the_job_waits(serve: Serve) -> None:
    """An outage of the bucket is not the list's fault: the try is not counted, and the job is done afterwards."""
    year = await exam_year(serve)
    list_id = await _frozen(year)
    settings = year.service.settings.bucket
    gone = Bucket(
        BucketSettings.model_validate(settings.model_dump() | {"endpoint": "127.0.0.1:9"}), year.service.keyring
    )
    stop = asyncio.Event()
    task = asyncio.create_task(run_print(replace(year.service.deps, bucket=gone), stop))

    async def put_back() -> bool:
        return bool((await _job(year))["last_error"] == "ObjectStoreUnavailable")

    await wait_until(put_back, seconds=60, what="the job is put back")
    stop.set()
    await task
    gone.close()
    job = await _job(year)
    assert (job["state"], job["attempts"]) == ("queued", 0)
    await _hurry(year)
    async with printing(year):
        await rendered(year, list_id)


async def test_a_list_that_can_not_be_printed_gives_up(serve: Serve) -> None:
    """Content that is not what was frozen is never printed: after six tries the job is failed, and the unit is told to
    discard the list, which it can."""
    year = await exam_year(serve)
    list_id = await _frozen(year)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE qualified_list SET content_hash = repeat('0', 64) WHERE id = $1", UUID(list_id))

    async def failed() -> bool:
        await _hurry(year)
        return bool((await _job(year))["state"] == "failed")

    async with printing(year):
        await wait_until(failed, seconds=60, what="the job is failed")
    job = await _job(year)
    assert (job["attempts"], job["last_error"]) == (6, "ListContentChanged")
    shown = (await year.unit.get(f"/qualified-lists/{list_id}")).body
    assert shown["progress"] == {"print": "failed", "ahead": None, "pdf_ready": False, "pdf_sha256": None}
    path, version = f"/qualified-lists/{list_id}/printing", shown["version"]
    for language, next_step in (
        ("zh-CN", "作废本名单，新建名单后重新生成"),
        ("en", "Discard this list, open a new one"),
    ):
        refused = await year.unit.post(path, version=version, headers={"Accept-Language": language})
        assert (refused.status, refused.code) == (409, "file_not_printable"), refused.body
        assert next_step in refused.body["title"]
    discarded = await year.unit.post(f"/qualified-lists/{list_id}/discard", version=shown["version"])
    assert discarded.status == 200


async def test_a_discarded_list_is_not_printed(serve: Serve) -> None:
    """Discarding cancels the job."""
    year = await exam_year(serve)
    list_id = await _frozen(year)
    await year.unit.post(f"/qualified-lists/{list_id}/discard", version=2)
    assert (await _job(year))["state"] == "cancelled"
    async with printing(year):
        await asyncio.sleep(0.8)
    assert await _stored(year) == {}


@pytest.mark.requirement("V70")
async def test_the_same_job_twice_gives_the_same_bytes(serve: Serve) -> None:
    """A finished job that runs again stores exactly what it stored before."""
    year = await exam_year(serve)
    list_id = await _frozen(year)
    async with printing(year):
        await rendered(year, list_id)
        first = await _stored(year)
        async with year.service.database.transaction() as tx:
            await tx.execute("UPDATE print_job SET state = 'queued'")
            await tx.execute("UPDATE qualified_list SET pdf_key = NULL")
        await rendered(year, list_id)
    assert await _stored(year) == first
