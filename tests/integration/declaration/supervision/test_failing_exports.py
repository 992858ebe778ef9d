"""Exports that fail: ended by who holds them, holding up no other, with a next step for their maker (B8)."""

from datetime import timedelta

import pytest

from services.declaration.scheduled.exports import work_exports
from services.declaration.storage.exports import EXPORTS
from shared.errors import NotFound
from shared.exporting import job as domain
from shared.exporting.steps import finish_export
from tests.integration.declaration.filing.year import exam_year
from tests.integration.declaration.supervision.overseers import actions, asked, gathered, overseer, seen
from tests.support.service_under_test import Serve


@pytest.mark.requirement("B8")
async def test_of_two_writers_one_is_believed(serve: Serve) -> None:
    """A writer whose lease ran out, and one whose export was cancelled, can not put a file into the job any more."""
    year = await exam_year(serve)
    await year.declare()
    point = await overseer(year, "point_admin", year.point_id)
    job = await asked(year, point)
    database, kept = year.service.database, timedelta(hours=1)
    await gathered(year)
    async with database.transaction() as tx:
        slow = await EXPORTS.lock_for_writing(tx, year.clock.now())
    async with database.transaction() as tx:
        assert await EXPORTS.lock_for_writing(tx, year.clock.now()) is None
    year.clock.advance(domain.LEASE + timedelta(seconds=1))
    async with database.transaction() as tx:
        quick = await EXPORTS.lock_for_writing(tx, year.clock.now())
    assert slow is not None
    assert quick is not None
    async with database.transaction() as tx:
        assert not await finish_export(tx, EXPORTS, slow, "exports/slow", b"slow", 1, now=year.clock.now(), kept=kept)
    version = (await seen(point, job))["version"]
    assert (await point.post(f"/exports/{job['id']}/cancellation", version=version)).status == 200
    async with database.transaction() as tx:
        assert not await finish_export(
            tx, EXPORTS, quick, "exports/quick", b"quick", 1, now=year.clock.now(), kept=kept
        )
    assert (await seen(point, job))["state"] == "cancelled"


@pytest.mark.requirement("B8", "V64")
async def test_a_writer_that_lost_its_export_does_not_end_it(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled while it is written, an export stays cancelled whatever its writer meets; the trail says so once."""
    year = await exam_year(serve)
    await year.declare()
    point = await overseer(year, "point_admin", year.point_id)
    job = await asked(year, point)

    async def cancelled_beneath(*_: object) -> None:
        version = (await seen(point, job))["version"]
        assert (await point.post(f"/exports/{job['id']}/cancellation", version=version)).status == 200
        raise NotFound

    monkeypatch.setattr("shared.exporting.writing.ExportWriter.write", cancelled_beneath)
    await work_exports(year.service.deps)
    found = await seen(point, job)
    assert (found["state"], found["failure"]) == ("cancelled", None)
    assert await actions(year, job) == ["export.request", "export.cancel"]


@pytest.mark.requirement("B8")
async def test_an_export_that_can_not_be_gathered_holds_up_no_other(serve: Serve) -> None:
    """Its row is broken: the other one is made in the same round, and it fails itself after its tries."""
    year = await exam_year(serve)
    await year.declare()
    point = await overseer(year, "point_admin", year.point_id)
    broken, sound = await asked(year, point), await asked(year, point)
    async with year.service.database.transaction() as tx:
        year_of_none = 'UPDATE export_job SET filter = filter || \'{"cycle_id": "none"}\' WHERE id = $1'
        await tx.execute(year_of_none, broken["id"])
    await work_exports(year.service.deps)
    assert (await seen(point, sound))["state"] == "done"
    for _ in range(domain.MOST_ATTEMPTS - 1):
        assert (await seen(point, broken))["state"] == "gathering"
        year.clock.advance(timedelta(seconds=31))
        await work_exports(year.service.deps)
    failed = await seen(point, broken)
    assert (failed["state"], failed["failure"]) == ("failed", "too_many_tries")
    assert await actions(year, broken) == ["export.request", "export.fail"]


@pytest.mark.requirement("B8")
@pytest.mark.parametrize("mended", [True, False])
async def test_the_last_try_is_a_try(serve: Serve, *, mended: bool) -> None:
    """A part that can not be opened fails five writings; mended, the sixth makes the file, else it fails behind it."""
    year = await exam_year(serve)
    await year.declare()
    point = await overseer(year, "point_admin", year.point_id)
    job = await asked(year, point)
    await gathered(year)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE export_part SET rows = rows || '\\x00'")
    for _ in range(domain.MOST_ATTEMPTS - 1):
        await work_exports(year.service.deps)
        year.clock.advance(timedelta(seconds=31))
    if mended:
        async with year.service.database.transaction() as tx:
            await tx.execute("UPDATE export_part SET rows = substr(rows, 1, length(rows) - 1)")
    await work_exports(year.service.deps)
    assert (await seen(point, job))["state"] == ("done" if mended else "writing")
    year.clock.advance(timedelta(seconds=31))
    await work_exports(year.service.deps)
    left = await seen(point, job)
    assert (left["state"], left["failure"]) == (("done", None) if mended else ("failed", "too_many_tries"))


@pytest.mark.requirement("B8")
async def test_a_file_that_never_comes_says_what_to_do(serve: Serve) -> None:
    """A failed and a cancelled export are not waited for: each cause has a refusal of its own."""
    year = await exam_year(serve)
    await year.declare()
    point = await overseer(year, "point_admin", year.point_id)
    job = await asked(year, point)
    codes = {}
    for failure in ("rights_lost", "source_lost", "too_many_tries", None):
        async with year.service.database.transaction() as tx:
            over = "UPDATE export_job SET state = $2, failure = $3 WHERE id = $1"
            await tx.execute(over, job["id"], "cancelled" if failure is None else "failed", failure)
        refused = await point.get(f"/exports/{job['id']}/file")
        codes[failure or "cancelled"] = (refused.status, refused.code)
    assert codes == {
        "rights_lost": (409, "export_rights_lost"),
        "source_lost": (409, "export_source_lost"),
        "too_many_tries": (409, "export_tries_spent"),
        "cancelled": (409, "export_cancelled"),
    }
