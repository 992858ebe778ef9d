"""Objects and the rows that name them, page by page: what belongs together stays, the rest is removed or found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.declaration.storage.documents import OBJECT_CLASS
from shared.audit.anchor_store import PREFIX
from shared.ids import new_id
from shared.reconciling.objects import Sweep
from tests.integration.declaration.season import Season, exam_season
from tests.support.service_under_test import Serve

_KEY = "SELECT object_key FROM declaration_document WHERE declaration_id = $1 LIMIT 1"


def sweep_of(season: Season) -> Sweep:
    """With pages so small that everything takes several."""
    service = season.service
    return Sweep(
        service.database, service.bucket, service.definition.register, timedelta(days=1), keys=2, rows=1, removals=2
    )


async def key_of(season: Season) -> str:
    """The key of a file that a draft names."""
    draft = await season.draft()
    async with season.service.database.read() as reader:
        return str(await reader.fetchval(_KEY, draft.id))


@pytest.mark.requirement("M11")
async def test_a_row_whose_object_is_gone_is_found_until_it_is_back(serve: Serve) -> None:
    """One lost file among three: a finding names its column; with the object back it ends by itself."""
    season = await exam_season(serve)
    keys = [await key_of(season) for _ in range(3)]
    sweep, bucket = sweep_of(season), season.service.bucket
    data = await bucket.get(keys[1], OBJECT_CLASS)
    await bucket.delete(keys[1])
    await sweep.run_whole(season.clock.now())
    assert await season.service.findings() == {"missing_object": 1}
    await bucket.put(keys[1], data, OBJECT_CLASS)
    await sweep.run_whole(season.clock.now())
    assert await season.service.findings() == {}


@pytest.mark.requirement("M11")
async def test_pages_go_round_and_come_to_every_orphan(serve: Serve) -> None:
    """Seven orphans in pages of two: after a whole round a day later all are gone, and the files with rows are not."""
    season = await exam_season(serve)
    kept, sweep, bucket = await key_of(season), sweep_of(season), season.service.bucket
    orphans = [f"declarations/{new_id().hex}.jpg" for _ in range(7)]
    for key in orphans:
        await bucket.put(key, b"left behind", OBJECT_CLASS)
    await sweep.run_whole(season.clock.now())
    season.later(timedelta(days=1))
    await sweep.run_whole(season.clock.now())
    assert [await bucket.exists(key) for key in orphans] == [False] * 7
    assert await bucket.exists(kept)


@pytest.mark.requirement("M11", "V63")
async def test_anchors_of_the_audit_chain_outlive_their_rows(serve: Serve) -> None:
    """A database rolled back names no anchor any more: the bucket still holds it days later, and an orphan beside it is
    gone."""
    season = await exam_season(serve)
    sweep, bucket = sweep_of(season), season.service.bucket
    anchor, orphan = f"{PREFIX}/2026-11-25/{new_id().hex}", f"declarations/{new_id().hex}.jpg"
    for key in (anchor, orphan):
        await bucket.put(key, b"no row names it", OBJECT_CLASS)
    for _ in range(3):
        await sweep.run_whole(season.clock.now())
        season.later(timedelta(days=1))
    assert [await bucket.exists(key) for key in (anchor, orphan)] == [True, False]


@pytest.mark.requirement("M11")
async def test_control_without_grace_an_upload_under_way_is_lost(serve: Serve) -> None:
    """Negative control: with no grace a file is removed in the moment between its object and its row."""
    season = await exam_season(serve)
    key, bucket = f"declarations/{new_id().hex}.jpg", season.service.bucket
    await bucket.put(key, b"its row comes next", OBJECT_CLASS)
    await sweep_of(season).run_whole(season.clock.now())
    assert await bucket.exists(key)
    await replace(sweep_of(season), grace=timedelta(0)).run_whole(season.clock.now())
    assert not await bucket.exists(key)
