"""Exports: asked for, made by a worker, taken by their maker, on record for auditors (B8, V69)."""

from datetime import datetime, timedelta

import pytest

from services.declaration.scheduled.exports import expire, work_exports
from shared.clock import SHANGHAI
from shared.exporting import job as domain
from shared.ids import new_id
from shared.spreadsheets.workbook import sheet_headers
from tests.integration.declaration.filing.paper import handed_in
from tests.integration.declaration.filing.year import Year, exam_year
from tests.integration.declaration.supervision.overseers import (
    actions,
    asked,
    gathered,
    made,
    overseer,
    rows_of,
    seen,
    wanted,
    working_process,
)
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

KILLED = -9


async def number(year: Year, query: str) -> int:
    """A number out of the database."""
    async with year.service.database.read() as reader:
        return int(await reader.fetchval(query))


@pytest.mark.requirement("B8", "V55", "V69", "V24")
async def test_an_export_holds_what_the_list_shows(serve: Serve) -> None:
    """The rows of the jurisdiction and no others, masked, with progress and an expiry; asking and taking are on
    record."""
    year = await exam_year(serve)
    inside, elsewhere = await year.declare(), new_id()
    await year.institution_exists(elsewhere, path=[year.zone_id, year.other_site_id])
    outside = await year.declare(institution_id=elsewhere)
    point = await overseer(year, "point_admin", year.point_id)
    waiting = await asked(year, point)
    assert (waiting["state"], waiting["rows_done"], waiting["rows_all"]) == ("gathering", 0, 1)
    early = await point.get(f"/exports/{waiting['id']}/file")
    assert (early.status, early.code) == (409, "export_not_ready")
    await work_exports(year.service.deps)
    job = await seen(point, waiting)
    assert (job["state"], job["rows_done"], job["downloads"]) == ("done", 1, 0)
    header, line = await rows_of(point, job)
    assert header[0] == "申报编号"
    assert line[3] == "江城试验医院"
    text = str(line)
    assert inside.name not in text
    assert inside.document_no not in text
    assert line[1].endswith(inside.name[-1:])
    assert (await seen(point, job))["downloads"] == 1
    zone = await overseer(year, "zone_admin", year.zone_id)
    both = await made(year, zone)
    assert len(await rows_of(zone, both)) == 3
    assert outside.document_no not in str(await rows_of(zone, both))
    only = await made(year, zone, body_id=str(year.other_site_id))
    assert len(await rows_of(zone, only)) == 2
    assert await actions(year, job) == ["export.request", "export.finish", "export.download"]
    assert await number(year, "SELECT count(*) FROM export_part") == 0


@pytest.mark.requirement("B8")
async def test_lists_are_exported_with_their_marks(serve: Serve) -> None:
    """One row per list, late and reopened marked; the file leaves as every sheet does."""
    year = await exam_year(serve)
    await year.evaluate(await year.declare())
    handed = await handed_in(year)
    point = await overseer(year, "point_admin", year.point_id)
    job = await made(year, point, "filings", list_state="submitted")
    header, line = await rows_of(point, job)
    shown = dict(zip(header, line, strict=True))
    assert (shown["名单编号"], shown["人数"], shown["逾期上报"]) == (handed["number"], "1", "否")
    headers = sheet_headers(f"filings-{year.clock.now():%Y%m%d}")
    answer = await point.get(f"/exports/{job['id']}/file")
    assert {name: answer.headers[name] for name in headers} == headers
    none = await point.post("/exports", wanted(year, "filings", list_state="accepted"))
    assert (none.status, none.code) == (422, "export_empty")


@pytest.mark.requirement("B8", "V24", "V64")
async def test_who_exported_what_is_the_auditors_business(serve: Serve) -> None:
    """An auditor sees maker, time, reason, filter and downloads of his jurisdiction and can not take the file; others
    see their own exports only; a body outside can not be exported."""
    year = await exam_year(serve)
    await year.declare()
    point = await overseer(year, "point_admin", year.point_id)
    job = await made(year, point, standing="approved")
    auditor = await overseer(year, "auditor", year.site_id)
    (found,) = (await auditor.get("/exports?state=done&kind=records")).body["items"]
    assert found["id"] == job["id"]
    assert found["created_by"] == job["created_by"]
    assert (found["reason_code"], found["filter"]["state"]) == ("supervision", "approved")
    assert (await auditor.get(f"/exports/{job['id']}/file")).status == 404
    assert (await auditor.get(f"/exports?maker={new_id()}")).body["items"] == []
    other = await overseer(year, "auditor", year.other_site_id)
    assert (await other.get("/exports")).body["items"] == []
    colleague = await overseer(year, "point_admin", year.point_id)
    assert (await colleague.get("/exports")).body["items"] == []
    assert (await colleague.get(f"/exports/{job['id']}")).status == 404
    refused = await point.post("/exports", wanted(year, body_id=str(year.site_id)))
    assert refused.status == 404


@pytest.mark.requirement("B8", "V64")
async def test_an_auditor_sees_who_above_took_rows_of_his_jurisdiction(serve: Serve) -> None:
    """The zone exports a site: the auditors of the site and of the zone see it, those of another site do not; of what
    the zone takes whole, a site's auditor sees nothing."""
    year = await exam_year(serve)
    await year.declare()
    zone = await overseer(year, "zone_admin", year.zone_id)
    job = await made(year, zone, body_id=str(year.site_id))
    whole = await made(year, zone)
    shown = {}
    for name, body in (("site", year.site_id), ("zone", year.zone_id), ("other", year.other_site_id)):
        auditor = await overseer(year, "auditor", body)
        shown[name] = {one["id"] for one in (await auditor.get("/exports")).body["items"]}
    assert shown == {"site": {job["id"]}, "zone": {job["id"], whole["id"]}, "other": set()}


@pytest.mark.requirement("B8")
@pytest.mark.parametrize(
    ("failpoint", "state", "done"),
    [
        ("export.after_part:kill:2", "gathering", 1000),
        ("command.before_commit:kill:2", "gathering", 500),
        ("export.after_claim:kill:1", "writing", 1200),
        ("export.after_put:kill:1", "writing", 1200),
    ],
)
async def test_an_export_goes_on_after_a_kill(
    engines: Engines, serve: Serve, failpoint: str, state: str, done: int
) -> None:
    """Whatever the moment, another worker goes on where the last commit left it, and each row stands in the file
    once."""
    year = await exam_year(serve)
    await year.many(1200)
    point = await overseer(year, "point_admin", year.point_id)
    job = await asked(year, point)
    assert await working_process(engines, year, failpoint) == KILLED
    half = await seen(point, job)
    assert (half["state"], half["rows_done"], half["rows_all"]) == (state, done, 1200)
    year.clock.advance(domain.LEASE + timedelta(seconds=1))
    await work_exports(year.service.deps)
    assert (await seen(point, job))["state"] == "done"
    numbers = [row[0] for row in (await rows_of(point, job))[1:]]
    assert len(numbers) == len(set(numbers)) == 1200


@pytest.mark.requirement("B8")
async def test_without_the_position_in_its_commit_rows_are_doubled(serve: Serve) -> None:
    """Negative control: the position forgotten, as if it were written apart and the process died between: the same
    check finds the doubled rows."""
    year = await exam_year(serve)
    await year.many(1200)
    point = await overseer(year, "point_admin", year.point_id)
    job = await asked(year, point)
    await gathered(year)
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE export_job SET last_id = NULL")
    await work_exports(year.service.deps)
    numbers = [row[0] for row in (await rows_of(point, job))[1:]]
    assert len(numbers) == 1700 > len(set(numbers))


@pytest.mark.requirement("B8")
async def test_an_export_is_cancelled_or_ends_with_the_rights_of_its_maker(serve: Serve) -> None:
    """A cancelled one leaves nothing behind and gives its place to the next; one whose maker lost the account fails; at
    most three of an account run."""
    year = await exam_year(serve)
    await year.many(600)
    staff_id = new_id()
    point = await overseer(year, "point_admin", year.point_id, staff_id=staff_id)
    jobs = [await asked(year, point) for _ in range(domain.MOST_UNFINISHED)]
    # Refused before anything is counted: of rejected ones there would be nothing.
    full = await point.post("/exports", wanted(year, standing="ended"))
    assert (full.status, full.code) == (429, "too_many_exports")
    stale = await point.post(f"/exports/{jobs[0]['id']}/cancellation", version=7)
    assert stale.code == "stale_version"
    cancelled = await point.post(f"/exports/{jobs[0]['id']}/cancellation", version=1)
    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
    again = await point.post(f"/exports/{jobs[0]['id']}/cancellation", version=2)
    assert again.code == "export_over"
    await overseer(year, "point_admin", year.point_id, staff_id=staff_id, state="disabled", version=2)
    await work_exports(year.service.deps)
    left = [await seen(point, job) for job in jobs[1:]]
    assert {(one["state"], one["failure"]) for one in left} == {("failed", "rights_lost")}
    assert await number(year, "SELECT count(*) FROM export_part") == 0


@pytest.mark.requirement("B8")
async def test_a_file_expires(serve: Serve) -> None:
    """Behind its time it can not be taken, and the job removes it from the bucket."""
    year = await exam_year(serve)
    await year.declare()
    staff_id = new_id()
    point = await overseer(year, "point_admin", year.point_id, staff_id=staff_id)
    job = await made(year, point)
    async with year.service.database.read() as reader:
        key = await reader.fetchval("SELECT object_key FROM export_job")
    year.clock.advance(timedelta(hours=73))
    point = await overseer(year, "point_admin", year.point_id, staff_id=staff_id, version=2)
    late = await point.get(f"/exports/{job['id']}/file")
    assert (late.status, late.code) == (404, "export_expired")
    assert await year.service.bucket.exists(key)
    await expire(year.service.deps)
    assert not await year.service.bucket.exists(key)
    assert (await seen(point, job))["state"] == "expired"


@pytest.mark.requirement("B8")
async def test_too_large_an_export_is_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says how many rows are too many."""
    year = await exam_year(serve)
    await year.declare()
    await year.declare()
    monkeypatch.setattr("services.declaration.use_cases.exporting.request_export.MOST_ROWS", 1)
    point = await overseer(year, "point_admin", year.point_id)
    refused = await point.post("/exports", wanted(year))
    assert (refused.status, refused.code) == (422, "export_too_large")
    assert "1 行" in refused.body["title"]


@pytest.mark.requirement("B8", "M11", "V24")
async def test_an_export_waits_until_its_maker_is_known(serve: Serve) -> None:
    """Asked for before identity's word of the account arrives: no row is gathered, no try is counted and others come
    first; then it is made. Where the word is that the account acts elsewhere it fails, and after an hour without."""
    year = await exam_year(serve)
    await year.declare()
    makers = [new_id() for _ in range(3)]
    unheard = [year.service.caller("point_admin", id=one, scope_id=year.point_id) for one in makers]
    waiting = [await asked(year, one) for one in unheard]
    point = await overseer(year, "point_admin", year.point_id)
    behind = await asked(year, point)
    for _ in range(domain.MOST_ATTEMPTS + 2):
        await work_exports(year.service.deps)
        year.clock.advance(timedelta(seconds=6))
    assert (await seen(point, behind))["state"] == "done"
    for caller, job in zip(unheard, waiting, strict=True):
        found = await seen(caller, job)
        assert (found["state"], found["rows_done"], found["failure"]) == ("gathering", 0, None)
    assert await number(year, "SELECT coalesce(sum(attempts), 0) FROM export_job WHERE state = 'gathering'") == 0
    await overseer(year, "point_admin", year.point_id, staff_id=makers[0])
    await overseer(year, "point_admin", year.other_site_id, staff_id=makers[1])
    await work_exports(year.service.deps)
    left = [await seen(caller, job) for caller, job in zip(unheard, waiting, strict=True)]
    lost = ("failed", "rights_lost")
    assert [(one["state"], one["failure"]) for one in left] == [("done", None), lost, ("gathering", None)]
    assert len(await rows_of(unheard[0], left[0])) == 2
    year.clock.advance(timedelta(hours=1))
    await work_exports(year.service.deps)
    late = year.service.caller("point_admin", id=makers[2], scope_id=year.point_id)
    ended = await seen(late, waiting[2])
    assert (ended["state"], ended["failure"]) == lost


@pytest.mark.requirement("B8")
async def test_the_name_of_the_file_carries_the_day_of_shanghai(serve: Serve) -> None:
    """Asked for at three in the morning it is of that day, when it is still the day before in UTC."""
    year = await exam_year(serve)
    await year.declare()
    year.clock.advance(datetime(2027, 1, 9, 3, 0, tzinfo=SHANGHAI) - year.clock.now())
    point = await overseer(year, "point_admin", year.point_id)
    job = await made(year, point)
    answer = await point.get(f"/exports/{job['id']}/file")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="records-20270109.xlsx"'
