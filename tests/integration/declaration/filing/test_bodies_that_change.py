"""An institution files with another body, or its body moved: lists that wait follow, decided ones stay (B13, B18)."""

from uuid import UUID

import pytest

from shared.ids import new_id
from tests.integration.declaration.filing.paper import generate, handed_in, open_draft
from tests.integration.declaration.filing.year import Year, exam_year
from tests.support.service_under_test import Serve


async def files_with(year: Year, path: list[UUID], version: int) -> None:
    """The institution service tells of another filing body."""
    await year.institution_exists(path=path, version=version)


@pytest.mark.requirement("B13", "B18")
async def test_a_waiting_list_is_decided_by_the_body_of_now(serve: Serve) -> None:
    """Handed in before the merger, it stands in the successor's inbox after it and is accepted there; the former body
    does not find it, and news that comes late changes nothing."""
    year = await exam_year(serve)
    someone = await year.declare()
    await year.evaluate(someone)
    handed = await handed_in(year)
    heir = new_id()
    await files_with(year, [year.zone_id, year.site_id, heir], 3)
    await files_with(year, [year.zone_id, year.site_id, year.point_id], 2)
    successor = year.service.caller("point_admin", scope_id=heir)
    assert (await year.point.get(f"/filings/{handed['id']}")).status == 404
    shown = (await successor.get(f"/filings/{handed['id']}")).body
    accepted = await successor.post(f"/filings/{handed['id']}/acceptance", version=shown["version"])
    assert (accepted.status, accepted.body["state"]) == (200, "accepted")


@pytest.mark.requirement("B13", "B18")
async def test_a_decided_list_stays_with_the_body_that_decided(serve: Serve) -> None:
    """What the former body accepted is seen by it and by those above it then; the new body has it not."""
    year = await exam_year(serve)
    someone = await year.declare()
    await year.evaluate(someone)
    handed = await handed_in(year)
    shown = (await year.point.get(f"/filings/{handed['id']}")).body
    assert (await year.point.post(f"/filings/{handed['id']}/acceptance", version=shown["version"])).status == 200
    heir = new_id()
    await files_with(year, [year.zone_id, year.other_site_id, heir], 3)
    for body, status in ((year.point_id, 200), (heir, 404), (year.site_id, 200), (year.other_site_id, 404)):
        reader = year.service.caller("site_admin", scope_id=body)
        assert (await reader.get(f"/filings/{handed['id']}")).status == status


@pytest.mark.requirement("B13")
async def test_a_list_not_yet_handed_in_goes_to_the_new_body(serve: Serve) -> None:
    """Frozen before the change and submitted after it, it arrives where the institution files now."""
    year = await exam_year(serve)
    someone = await year.declare()
    await year.evaluate(someone)
    frozen = await generate(year, await open_draft(year))
    heir = new_id()
    await files_with(year, [year.zone_id, year.other_site_id, heir], 3)
    async with year.service.database.read() as reader:
        row = await reader.fetchrow(
            "SELECT filing_body_id, filing_body_path, version FROM qualified_list WHERE id = $1", UUID(frozen["id"])
        )
    assert row is not None
    assert (row["filing_body_id"], row["version"]) == (heir, frozen["version"])
    assert list(row["filing_body_path"]) == [year.zone_id, year.other_site_id, heir]
