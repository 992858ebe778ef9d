"""Two at once around the sealed paper and cancellations, each with the protection taken away as a control (M9)."""

import asyncio
from typing import Any

import pytest

from services.declaration.storage import cancelling_lines, list_scans, qualified_lists
from services.declaration.storage.cancelling_lines import NewCancellation
from tests.integration.declaration.filing.paper import generate, handed_in, open_draft, printed, upload
from tests.integration.declaration.filing.test_races import as_owner, two_drafts
from tests.integration.declaration.filing.year import Year, exam_year
from tests.support.engines import Engines
from tests.support.service_under_test import Serve

_KEY = "ALTER TABLE list_scan_page DROP CONSTRAINT pk__list_scan_page__list_id_page"
_INDEX = "DROP INDEX uq__list_line__cancelling_declaration_id"


async def _twice(year: Year, step: dict[str, Any], pdf: bytes) -> list[int]:
    answers = await asyncio.gather(*(upload(year, step["id"], pdf) for _ in range(2)))
    return sorted(one.status for one in answers)


@pytest.mark.requirement("M9", "P7")
@pytest.mark.parametrize(("protected", "kept"), [(True, 1), (False, 2)])
async def test_a_page_uploaded_twice_at_once_is_kept_once(
    engines: Engines, serve: Serve, monkeypatch: pytest.MonkeyPatch, protected: bool, kept: int
) -> None:
    """Both uploads are matched before either is stored: one is refused as doubled; without the lock on the list and the
    key on its pages, both are kept."""
    year = await exam_year(serve)
    await year.many(1)
    pdf, step = await printed(year, await generate(year, await open_draft(year)))
    # The first upload stays open while the second is received, read and matched.
    slow = f"{list_scans._INSERT_PAGES} WHERE pg_sleep(4) IS NOT NULL"
    monkeypatch.setattr(list_scans, "_INSERT_PAGES", slow)
    if not protected:
        await as_owner(engines, year, _KEY)
        unlocked = qualified_lists._LOCK_OWN.replace("FOR UPDATE OF l", "")
        monkeypatch.setattr(qualified_lists, "_LOCK_OWN", unlocked)
    assert await _twice(year, step, pdf) == ([201, 422] if protected else [201, 201])
    async with year.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM list_scan_page") == kept


@pytest.mark.requirement("M9", "B13")
@pytest.mark.parametrize(("protected", "shared"), [(True, 0), (False, 1)])
async def test_a_person_is_on_one_open_cancellation(
    engines: Engines, serve: Serve, protected: bool, shared: int
) -> None:
    """Two transactions that see nothing of each other name a person once; with the index dropped, twice."""
    year = await exam_year(serve)
    await year.many(1)
    submitted = await handed_in(year)
    answer = await year.point.post(f"/filings/{submitted['id']}/acceptance", version=submitted["version"])
    assert answer.status == 200
    lists = await two_drafts(year, ("cancellation", "supplementary"))
    if not protected:
        await as_owner(engines, year, _INDEX)
    async with year.service.database.read() as reader:
        old = await reader.fetchrow("SELECT list_id, line, declaration_id FROM list_line")
    assert old is not None
    line = NewCancellation(1, old["list_id"], old["line"], b"\x00", "name_wrong", b"\x00")
    first_inserted = asyncio.Event()

    async def name(number: int) -> int:
        if number:
            await first_inserted.wait()
        async with year.service.database.transaction() as tx:
            inserted = await cancelling_lines.insert_lines(tx, lists[number], [line])
            first_inserted.set()
            await asyncio.sleep(0 if number else 0.2)
            return inserted

    assert list(await asyncio.gather(name(0), name(1))) == [1, shared]
