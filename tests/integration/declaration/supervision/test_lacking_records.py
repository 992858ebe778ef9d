"""Which records lack what: the list an exam body opens before filing closes, and its sheet (B8)."""

from typing import Any

import pytest

from tests.integration.declaration.filing.paper import generate, open_draft
from tests.integration.declaration.filing.test_full_years import provisional
from tests.integration.declaration.filing.year import Declared, Year, exam_year
from tests.integration.declaration.supervision.overseers import made, overseer, rows_of
from tests.support.service_under_test import Caller, Serve

ASK_ROW = """
INSERT INTO prior_confirmation (declaration_id, period_id, fingerprint, state) VALUES ($1, gen_random_uuid(), '', $2)
"""


async def lacking(year: Year, by: Caller, **filters: Any) -> dict[str, list[str]]:
    """Record to what it lacks, as listed."""
    asked = "".join(f"&{name}={value}" for name, value in filters.items())
    answer = await by.get(f"/supervised-records?cycle_id={year.cycle_id}&limit=100{asked}")
    assert answer.status == 200, answer.body
    return {one["id"]: one["lacks"] for one in answer.body["items"]}


async def prior_row(year: Year, one: Declared, state: str) -> None:
    """An earlier row of somebody's, and what was said of it."""
    async with year.service.database.transaction() as tx:
        assert await tx.execute(ASK_ROW, one.id, state) == 1


@pytest.mark.requirement("B8")
async def test_each_lack_opens_its_records(serve: Serve) -> None:
    """Each record names all it lacks and stands in exactly those lists, until it has it; what is over lacks nothing,
    and of other jurisdictions nothing is told."""
    year = await exam_year(serve)
    waiting, confirmed = await year.declare("submitted"), await year.declare("submitted")
    await prior_row(year, waiting, "pending")
    await prior_row(year, confirmed, "confirmed_by_prior")
    over = await year.declare("rejected")
    judged, complete = await year.declare(), await year.declare()
    await year.evaluate(judged)
    await year.certify(await year.evaluate(complete))
    (fresh,) = await provisional(year)
    point = await overseer(year, "point_admin", year.point_id)
    expected = {
        waiting: ["prior_confirmation", "evaluation"],
        confirmed: ["evaluation"],
        over: [],
        judged: ["certificate", "list"],
        complete: ["list"],
        fresh: ["full_year"],
    }
    assert await lacking(year, point) == {str(one.id): lacks for one, lacks in expected.items()}
    for lack in ("prior_confirmation", "evaluation", "certificate", "full_year", "list"):
        found = await lacking(year, point, lacks=lack)
        assert set(found) == {str(one.id) for one, lacks in expected.items() if lack in lacks}, lack
    assert await lacking(year, point, lacks="list", standing="approved") == {}
    elsewhere = await overseer(year, "site_admin", year.other_site_id)
    assert await lacking(year, elsewhere, lacks="list", body_id=year.point_id) == {}
    unknown = await point.get(f"/supervised-records?cycle_id={year.cycle_id}&lacks=name")
    assert unknown.status == 422
    await generate(year, await open_draft(year))
    assert await lacking(year, point, lacks="list") == {}
    assert (await lacking(year, point, lacks="certificate")) == {str(judged.id): ["certificate"]}


@pytest.mark.requirement("B8", "V69")
async def test_what_is_lacking_leaves_as_a_sheet(serve: Serve) -> None:
    """The export of the same filter holds those rows, and says in words what each lacks."""
    year = await exam_year(serve)
    judged = await year.declare()
    await year.evaluate(judged)
    await year.declare("submitted")
    point = await overseer(year, "point_admin", year.point_id)
    job = await made(year, point, lacks="certificate")
    header, *found = await rows_of(point, job)
    assert [dict(zip(header, row, strict=True))["尚缺"] for row in found] == ["考核证明、列入名单"]
    assert job["filter"]["lacks"] == "certificate"
