"""Sheets of institutions: asked for, made by a worker, taken by their maker, on record for auditors (B7, B8, V69)."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from services.institution.scheduled.exports import expire, work_exports
from services.institution.storage.exports import EXPORTS
from shared.exporting.job import LEASE, MOST_ATTEMPTS, MOST_UNFINISHED
from shared.exporting.steps import finish_export
from shared.ids import new_id
from tests.integration.institution.districts import Districts
from tests.integration.institution.exporting import ask, asked, made, multiplied, rows_of, seen, taken
from tests.integration.institution.library import Library
from tests.integration.institution.sheets import Importer, working_process, zone_importer
from tests.support.engines import Engines

FORMULA = '=HYPERLINK("http://example.invalid","点击")'
KILLED = -9
ROWS = 1200


async def actions(library: Library, job: dict[str, Any]) -> list[str]:
    """What the trail says of an export."""
    query = "SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY entry::jsonb->>'at', sequence"
    async with library.service.database.read() as reader:
        return [row["action"] for row in await reader.fetch(query, job["id"])]


@pytest.mark.requirement("B8", "V69", "V24", "V64")
async def test_the_sheet_holds_what_the_list_shows(library: Library) -> None:
    """The rows of the caller's jurisdiction and no others, every cell text, also a name that begins like a formula;
    asking and taking are on record with filter and reason, and without a reason nothing is made."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    inside = await library.issued(filing_body_id=str(site_id))
    await library.issued()
    async with library.service.database.transaction() as tx:
        assert await tx.execute("UPDATE institution SET name = $1 WHERE id = $2", FORMULA, inside.id) == 1
    zone = (await zone_importer(library)).api
    header, *found = rows_of(await taken(zone, await made(library, zone, standing="not_activated")))
    assert (header[0], header[5], header[6], len(found)) == ("机构名称", "状况", "缺少的资料", 2)
    site = (await Importer.known(library.service, "site_admin", site_id)).api
    waiting = await asked(site, lacking="address", reason_code="inquiry")
    assert (waiting["state"], waiting["rows_done"], waiting["rows_all"]) == ("writing", 0, 1)
    early = await site.get(f"/exports/{waiting['id']}/file")
    assert (early.status, early.code) == (409, "export_not_ready")
    await work_exports(library.service.deps)
    job = await seen(site, waiting)
    assert (job["state"], job["rows_done"], job["downloads"]) == ("done", 1, 0)
    data = await taken(site, job)
    assert hashlib.sha256(data).hexdigest() == job["sha256"]
    _, line = rows_of(data)
    assert line[0] == FORMULA
    assert line[4:6] == ((await site.get(f"/exam-bodies/{site_id}")).body["name"], "未激活")
    assert {"地址", "执业许可证图片"} <= set(line[6].split("、"))
    assert (await seen(site, job))["downloads"] == 1
    assert await actions(library, job) == ["export.request", "export.finish", "export.download"]
    async with library.service.database.read() as reader:
        query = "SELECT entry FROM audit_entry WHERE subject_id = $1 AND action = 'export.request'"
        told = str(await reader.fetchval(query, job["id"]))
    assert "lacking=address" in told
    assert "inquiry" in told
    assert (await site.post("/exports", {"lacking": "address"})).status == 422
    empty = await ask(site, standing="filed")
    assert (empty.status, empty.code) == (422, "export_empty")
    again = await taken(site, await made(library, site, lacking="address"))
    assert again == data, "the same rows give the same bytes"


@pytest.mark.requirement("B8", "V24", "V64")
async def test_who_took_what_is_the_auditors_business(library: Library) -> None:
    """The zone takes a site's institutions: the site's auditors see it in the page and in the trail, can not take the
    file, and those of another site see nothing; only the maker stops it, and a body outside the jurisdiction can not be
    exported."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    other_id = await library.body_id("site", library.zone_id, ["420500"])
    await library.issued(filing_body_id=str(site_id))
    zone = (await zone_importer(library)).api
    job = await made(library, zone, body_id=str(site_id))
    auditor = (await Importer.known(library.service, "auditor", site_id)).api
    (found,) = (await auditor.get("/exports?state=done")).body["items"]
    assert (found["id"], found["created_by"], found["reason_code"]) == (job["id"], job["created_by"], "supervision")
    assert (await auditor.get(f"/exports/{job['id']}/file")).status == 404
    trail = (await auditor.get(f"/audit-entries?subject_id={job['id']}")).body["items"]
    assert {one["action"] for one in trail} == {"export.request", "export.finish"}
    other = (await Importer.known(library.service, "auditor", other_id)).api
    assert (await other.get("/exports")).body["items"] == []
    assert (await other.get(f"/audit-entries?subject_id={job['id']}")).body["items"] == []
    colleague = (await zone_importer(library)).api
    assert (await colleague.get("/exports")).body["items"] == []
    assert (await colleague.get(f"/exports/{job['id']}")).status == 404
    running = await asked(zone, body_id=str(site_id))
    for stranger in (colleague, auditor):
        refused = await stranger.post(f"/exports/{running['id']}/cancellation", version=running["version"])
        assert (refused.status, (await seen(zone, running))["state"]) == (404, "writing")
    outside = (await Importer.known(library.service, "site_admin", other_id)).api
    assert (await ask(outside, body_id=str(site_id))).status == 404


@pytest.mark.requirement("B8", "V24")
async def test_a_sheet_of_a_body_that_went_elsewhere_is_not_opened(library: Library) -> None:
    """A site exports a point below it; once the point lies below another site the same account does not find the
    file."""
    at = await Districts.open(library)
    college = await library.body_id("site", library.zone_id, [])
    await library.issued(filing_body_id=str(at.point))
    site = (await Importer.known(library.service, "site_admin", at.site)).api
    job = await made(library, site, body_id=str(at.point))
    await taken(site, job)
    moved = await at.edit("move", at.point, parent_id=college)
    assert moved.status == 200, moved.body
    assert (await site.get(f"/exports/{job['id']}/file")).status == 404


@pytest.mark.requirement("B8")
@pytest.mark.parametrize(
    ("failpoint", "done"),
    [
        ("export.after_claim:kill:1", 0),
        ("export.after_sign:kill:2", 1000),
        ("export.after_put:kill:1", ROWS),
    ],
)
async def test_a_sheet_is_made_after_a_kill(engines: Engines, library: Library, failpoint: str, done: int) -> None:
    """Whatever the moment, the job is still there; nobody else takes it while the lease holds, and then another worker
    writes it, with each institution once."""
    await multiplied(library, await library.issued(), ROWS - 1)
    zone = (await zone_importer(library)).api
    job = await asked(zone)
    assert await working_process(engines, library.service, failpoint, "exporting") == KILLED
    half = await seen(zone, job)
    assert (half["state"], half["rows_done"], half["rows_all"]) == ("writing", done, ROWS)
    await work_exports(library.service.deps)
    assert (await seen(zone, job))["state"] == "writing"
    library.clock.advance(LEASE + timedelta(seconds=1))
    zone_again = library.service.caller("zone_admin", id=job["created_by"], scope_id=library.zone_id)
    await work_exports(library.service.deps)
    assert (await seen(zone_again, job))["state"] == "done"
    names = [row[0] for row in rows_of(await taken(zone_again, job))[1:]]
    assert len(names) == len(set(names)) == ROWS


@pytest.mark.requirement("B8")
async def test_of_two_workers_one_is_believed(library: Library) -> None:
    """A worker whose lease ran out can not put its file into the job any more; nor can one whose job was cancelled."""
    await library.issued()
    zone = await zone_importer(library)
    job = await asked(zone.api)
    database, clock, kept = library.service.database, library.clock, timedelta(hours=1)
    async with database.transaction() as tx:
        slow = await EXPORTS.lock_for_writing(tx, clock.now())
        assert await EXPORTS.lock_for_writing(tx, clock.now()) is None
    clock.advance(LEASE + timedelta(seconds=1))
    async with database.transaction() as tx:
        quick = await EXPORTS.lock_for_writing(tx, clock.now())
    assert slow is not None
    assert quick is not None
    async with database.transaction() as tx:
        assert not await finish_export(tx, EXPORTS, slow, "exports/slow", b"slow", 1, now=clock.now(), kept=kept)
    cancelled = await zone.api.post(f"/exports/{job['id']}/cancellation", version=1)
    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
    async with database.transaction() as tx:
        assert not await finish_export(tx, EXPORTS, quick, "exports/quick", b"quick", 1, now=clock.now(), kept=kept)
    assert (await seen(zone.api, job))["state"] == "cancelled"
    late = await zone.api.get(f"/exports/{job['id']}/file")
    assert (late.status, late.code) == (409, "export_cancelled")


@pytest.mark.requirement("B8")
async def test_without_the_number_of_the_try_a_slow_worker_is_believed(library: Library) -> None:
    """Negative control: the lease forgotten and its try not counted: two workers hold the job, and the slow one puts
    its file into it, which the check above refuses."""
    await library.issued()
    zone = await zone_importer(library)
    await asked(zone.api)
    database, clock, kept = library.service.database, library.clock, timedelta(hours=1)
    async with database.transaction() as tx:
        slow = await EXPORTS.lock_for_writing(tx, clock.now())
        await tx.execute("UPDATE export_job SET leased_until = NULL")
        quick = await EXPORTS.lock_for_writing(tx, clock.now())
        await tx.execute("UPDATE export_job SET attempts = $1", slow.attempts if slow else 0)
    assert slow is not None
    assert quick is not None
    async with database.transaction() as tx:
        assert await finish_export(tx, EXPORTS, slow, "exports/slow", b"slow", 1, now=clock.now(), kept=kept)


@pytest.mark.requirement("B8")
async def test_a_sheet_ends_with_the_rights_of_its_maker(library: Library) -> None:
    """One whose maker lost the account fails and says so; at most three of an account run; one that can not be made
    fails after its tries."""
    await library.issued()
    zone = await zone_importer(library)
    jobs = [await asked(zone.api) for _ in range(MOST_UNFINISHED)]
    full = await ask(zone.api)
    assert (full.status, full.code) == (429, "too_many_exports")
    await zone.told("disabled", 2)
    await work_exports(library.service.deps)
    left = [await seen(zone.api, job) for job in jobs]
    assert {(one["state"], one["failure"]) for one in left} == {("failed", "rights_lost")}
    refused = await zone.api.get(f"/exports/{jobs[0]['id']}/file")
    assert (refused.status, refused.code) == (409, "export_rights_lost")
    other = await zone_importer(library)
    broken = await asked(other.api)
    async with library.service.database.transaction() as tx:
        year_of_none = 'UPDATE export_job SET filter = filter || \'{"cycle_year": "none"}\' WHERE id = $1'
        await tx.execute(year_of_none, broken["id"])
    for _ in range(MOST_ATTEMPTS + 1):
        assert (await seen(other.api, broken))["state"] == "writing"
        library.clock.advance(timedelta(seconds=31))
        await work_exports(library.service.deps)
    assert (await seen(other.api, broken))["failure"] == "too_many_tries"


@pytest.mark.requirement("B8", "M11", "V24")
async def test_a_sheet_waits_until_its_maker_is_known(library: Library) -> None:
    """Asked for before identity's word of the account arrives: nothing is written, no try is counted and others come
    first; then it is made. Where the word is that the account acts elsewhere, it fails."""
    await library.issued()
    entitled, elsewhere = (Importer.unheard(library.service, "zone_admin", library.zone_id) for _ in range(2))
    waiting = [await asked(one.api) for one in (entitled, elsewhere)]
    await made(library, (await zone_importer(library)).api)
    for _ in range(MOST_ATTEMPTS + 2):
        library.clock.advance(timedelta(seconds=6))
        await work_exports(library.service.deps)
    async with library.service.database.read() as reader:
        rows = await reader.fetch("SELECT state, rows_done, failure, attempts FROM export_job WHERE state <> 'done'")
    assert [tuple(row.values()) for row in rows] == [("writing", 0, None, 0)] * 2
    await entitled.told("active", 1)
    await elsewhere.told("active", 1, new_id())
    library.clock.advance(timedelta(seconds=6))
    await work_exports(library.service.deps)
    found = [await seen(one.api, job) for one, job in zip((entitled, elsewhere), waiting, strict=True)]
    assert [(one["state"], one["failure"]) for one in found] == [("done", None), ("failed", "rights_lost")]
    assert len(rows_of(await taken(entitled.api, found[0]))) == 2


@pytest.mark.requirement("B8")
async def test_a_sheet_expires(library: Library) -> None:
    """Behind its time it can not be taken, the job removes it from the bucket, and until then the sweep leaves it."""
    await library.issued()
    zone = await zone_importer(library)
    job = await made(library, zone.api)
    async with library.service.database.read() as reader:
        key = await reader.fetchval("SELECT object_key FROM export_job")
    library.clock.advance(timedelta(hours=71))
    await library.service.sweep()
    assert await library.service.bucket.exists(key)
    library.clock.advance(timedelta(hours=2))
    later = library.service.caller("zone_admin", id=zone.id, scope_id=library.zone_id)
    late = await later.get(f"/exports/{job['id']}/file")
    assert (late.status, late.code) == (404, "export_expired")
    await expire(library.service.deps)
    assert not await library.service.bucket.exists(key)
    assert (await seen(later, job))["state"] == "expired"


@pytest.mark.requirement("B8")
async def test_too_large_a_sheet_is_refused(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says how many rows are too many."""
    for _ in range(2):
        await library.issued()
    monkeypatch.setattr("services.institution.use_cases.supervising.request_institution_export.MOST_ROWS", 1)
    refused = await ask((await zone_importer(library)).api)
    assert (refused.status, refused.code) == (422, "export_too_large")
    assert "1 行" in refused.body["title"]


@pytest.mark.requirement("V24")
async def test_a_sheet_is_not_taken_by_who_lost_the_jurisdiction(library: Library) -> None:
    """The maker's account speaks for another body now: the file is there, and found no more."""
    site_id = await library.body_id("site", library.zone_id, ["420100"])
    await library.issued(filing_body_id=str(site_id))
    site = await Importer.known(library.service, "site_admin", site_id)
    job = await made(library, site.api)
    moved = library.service.caller("site_admin", id=site.id, scope_id=new_id())
    assert (await moved.get(f"/exports/{job['id']}/file")).status == 404
