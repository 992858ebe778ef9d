"""The worker's scheduled work: years that close, claims that end, objects that nothing points to."""

from datetime import timedelta

import pytest

from services.declaration.storage.documents import OBJECT_CLASS, PREFIX
from shared.contracts.declaration import DeclarationLapsed
from shared.ids import new_id
from tests.integration.declaration.forms import REJECTION
from tests.integration.declaration.season import Season, exam_season
from tests.support.service_under_test import Serve


async def run(season: Season, job: str) -> None:
    """One run of a job, as the worker does it."""
    jobs = {one.name: one for one in season.service.definition.jobs}
    await jobs[job].run(season.service.deps)


async def test_what_was_not_filed_lapses_with_its_year(serve: Serve) -> None:
    """Drafts, submitted, approved and rejected ones lapse when the year closes, filed ones stay; none before (4.4)."""
    season = await exam_season(serve)
    draft, waiting, approved, rejected, filed = [await season.draft(), *[await season.submitted() for _ in range(4)]]
    for one in (approved, filed):
        await season.decide(one, "approval")
    await season.decide(rejected, "rejection", REJECTION)
    async with season.service.database.transaction() as tx:
        await tx.execute("UPDATE declaration SET state = 'filed', version = version + 1 WHERE id = $1", filed.id)
    season.later(timedelta(days=200))
    await run(season, "advance-cycles")
    await run(season, "lapse-declarations")
    assert await season.state_of(waiting) == "submitted", "the year is not over"
    season.later(timedelta(days=100))
    await run(season, "advance-cycles")
    await run(season, "lapse-declarations")
    every = (draft, waiting, approved, rejected, filed)
    assert [await season.state_of(one) for one in every] == ["lapsed"] * 4 + ["filed"]
    steps = (await approved.person.api.get(f"{approved.path}/timeline")).body["items"]
    assert (steps[-1]["action"], steps[-1]["role"], steps[-1]["from_state"]) == ("lapse", "system", "approved")
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'declaration.lapse'"
    assert await season.count(audited) == 4
    await run(season, "lapse-declarations")
    assert await season.count(audited) == 4, "a second run finds nothing"
    told = await season.service.published(DeclarationLapsed)
    assert {(one.person_id, one.number == "") for one in told} == {
        (one.person.id, one is draft) for one in (draft, waiting, approved, rejected)
    }
    assert len(told) == 4, "each was told once"


@pytest.mark.requirement("M11")
async def test_objects_without_a_row_are_swept(serve: Serve) -> None:
    """An orphan is deleted a day after it was seen, a file of a declaration never (M11)."""
    season = await exam_season(serve)
    draft = await season.draft()
    key = f"{PREFIX}/{new_id().hex}.jpg"
    bucket = season.service.bucket
    await bucket.put(key, b"left behind by a crash", OBJECT_CLASS)
    await season.service.sweep()
    season.later(timedelta(hours=23))
    await season.service.sweep()
    assert await bucket.exists(key), "it might still be on its way to its row"
    season.later(timedelta(hours=2))
    await season.service.sweep()
    assert not await bucket.exists(key)
    document_id = (await draft.person.api.get(draft.path)).body["documents"][0]["id"]
    assert (await draft.person.api.get(f"{draft.path}/files/{document_id}")).status == 200
    assert await season.count("SELECT count(*) FROM unclaimed_object") == 0
