"""Lists and declarations disagree: the exam body is told by receipt number; what agrees is never named."""

from datetime import timedelta
from typing import Any

import pytest

from services.declaration.use_cases.filing.compare_filings import compare_filings
from shared.ids import new_id
from tests.integration.declaration.filing.paper import handed_in
from tests.integration.declaration.filing.year import FILING_DEADLINE, Declared, Year, exam_year
from tests.support.service_under_test import Serve

SET_SITE = """
INSERT INTO site_cycle (cycle_id, exam_body_id, version, filing_deadline, supervisor_category, updated_at)
VALUES ($1, $2, 1, $3, 'refuse', $3)
"""


async def filed(year: Year, count: int = 3) -> tuple[list[Declared], dict[str, Any]]:
    """People on an accepted list, and the list."""
    people = await year.many(count)
    ready = await handed_in(year)
    accepted = await year.point.post(f"/filings/{ready['id']}/acceptance", version=ready["version"])
    assert accepted.status == 200, accepted.body
    return people, accepted.body


async def change(year: Year, statement: str, *arguments: object) -> None:
    """A fault, planted past all rules."""
    async with year.service.database.transaction() as tx:
        assert await tx.execute(statement, *arguments) == 1


async def shown(year: Year, **query: Any) -> list[tuple[str, str]]:
    """(kind, receipt number) of what the exam body reads."""
    await year.service.reconcile("compare-lists")
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await year.point.get(f"/filing-differences?{asked}")
    assert answer.status == 200, answer.body
    return [(one["kind"], one["number"]) for one in answer.body["items"]]


async def number_of(year: Year, one: Declared) -> str:
    """The receipt number."""
    async with year.service.database.read() as reader:
        return str(await reader.fetchval("SELECT number FROM declaration WHERE id = $1", one.id))


@pytest.mark.requirement("M11", "B13")
async def test_control_what_agrees_is_not_named(serve: Serve) -> None:
    """Negative control: an accepted list, an approved one still without a list, one reopened by the exam body: nothing
    is found before filing closes."""
    year = await exam_year(serve)
    people, _ = await filed(year)
    await year.many(1)
    await change(year, "UPDATE declaration SET state = 'modification_allowed' WHERE id = $1", people[0].id)
    await change(year, "UPDATE list_line SET live = false WHERE declaration_id = $1", people[0].id)
    assert await shown(year) == []
    assert await year.service.findings() == {}


@pytest.mark.requirement("M11", "B13")
async def test_who_was_reopened_and_still_stands_on_the_accepted_list_is_named(serve: Serve) -> None:
    """Reopened without leaving the list, and handed in again so: both are named."""
    year = await exam_year(serve)
    people, _ = await filed(year)
    named = [("line_not_approved", await number_of(year, people[0]))]
    await change(year, "UPDATE declaration SET state = 'modification_allowed' WHERE id = $1", people[0].id)
    assert await shown(year) == named
    again = "UPDATE declaration SET state = 'submitted', submission = submission + 1 WHERE id = $1"
    await change(year, again, people[0].id)
    assert await shown(year) == named


@pytest.mark.requirement("M11", "B13")
async def test_approved_and_qualified_on_no_list(serve: Serve) -> None:
    """Once filing has closed who was forgotten is named; before that there is time."""
    year = await exam_year(serve)
    await filed(year)
    (forgotten,) = await year.many(1)
    assert await shown(year) == []
    year.clock.advance(FILING_DEADLINE - year.clock.now())
    assert await shown(year) == [("not_listed", await number_of(year, forgotten))]
    assert await year.service.findings() == {"filing_difference": 1}


@pytest.mark.requirement("M11", "B13", "P16")
async def test_filing_closes_earlier_where_a_site_says_so(serve: Serve) -> None:
    """From the site's own deadline on its forgotten ones are named; units of other sites have until the zone's."""
    year = await exam_year(serve)
    elsewhere = new_id()
    await year.institution_exists(elsewhere, path=[year.zone_id, year.other_site_id])
    (forgotten,), (other,) = await year.many(1), await year.many(1, elsewhere)
    ends = FILING_DEADLINE - timedelta(days=2)
    await change(year, SET_SITE, year.cycle_id, year.site_id, ends)
    year.clock.advance(ends - year.clock.now() - timedelta(minutes=1))
    assert await shown(year) == []
    year.clock.advance(timedelta(minutes=1))
    assert await shown(year) == [("not_listed", await number_of(year, forgotten))]
    year.clock.advance(FILING_DEADLINE - year.clock.now())
    await shown(year)
    zone = year.service.caller("zone_admin", scope_id=year.zone_id)
    named = {one["number"] for one in (await zone.get("/filing-differences")).body["items"]}
    assert named == {await number_of(year, forgotten), await number_of(year, other)}


@pytest.mark.requirement("M11", "B13")
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("UPDATE declaration SET state = 'approved' WHERE id = $1", "not_filed"),
        ("UPDATE list_line SET live = false WHERE declaration_id = $1", "filed_without_line"),
        ("UPDATE declaration SET state = 'revoked' WHERE id = $1", "line_not_approved"),
        ("UPDATE declaration SET institution_id = gen_random_uuid() WHERE id = $1", "other_institution"),
    ],
)
async def test_each_fault_is_named_and_ends_when_mended(serve: Serve, fault: str, kind: str) -> None:
    """One planted fault, one difference by receipt number, and none of the neighbours on the list; mended, it goes, and
    the row says when."""
    year = await exam_year(serve)
    people, _ = await filed(year)
    async with year.service.database.read() as reader:
        home = await reader.fetchval("SELECT institution_id FROM declaration WHERE id = $1", people[1].id)
    await change(year, fault, people[1].id)
    assert await shown(year) == [(kind, await number_of(year, people[1]))]
    assert await shown(year) == [(kind, await number_of(year, people[1]))], "the second look finds the same one"
    await change(year, "UPDATE declaration SET state = 'filed', institution_id = $2 WHERE id = $1", people[1].id, home)
    await change(year, "UPDATE list_line SET live = true WHERE declaration_id = $1", people[1].id)
    assert await shown(year) == []
    assert await year.service.findings() == {}
    async with year.service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM filing_difference WHERE ended_at IS NOT NULL") == 1


@pytest.mark.requirement("M11", "V24")
async def test_differences_page_filter_and_keep_their_scope(serve: Serve) -> None:
    """Page by page, by kind and by receipt number; another exam body sees none of them."""
    year = await exam_year(serve)
    people, _ = await filed(year, 5)
    for one in people[:3]:
        await change(year, "UPDATE declaration SET state = 'approved' WHERE id = $1", one.id)
    await change(year, "UPDATE list_line SET live = false WHERE declaration_id = $1", people[3].id)
    async with year.service.database.transaction() as tx:
        assert await compare_filings(tx, year.clock.now()) == 4
    first = (await year.point.get("/filing-differences?limit=3")).body
    rest = (await year.point.get(f"/filing-differences?limit=3&cursor={first['next_cursor']}")).body
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 1, None)
    numbers = {one["number"] for one in [*first["items"], *rest["items"]]}
    assert numbers == {await number_of(year, one) for one in people[:4]}
    missing = await number_of(year, people[3])
    assert await shown(year, kind="filed_without_line") == [("filed_without_line", missing)]
    assert await shown(year, q=missing) == [("filed_without_line", missing)]
    assert await shown(year, exam_year=2031) == []
    stranger = year.service.caller("point_admin", scope_id=new_id())
    assert (await stranger.get("/filing-differences")).body["items"] == []
    assert (await year.unit.get("/filing-differences")).status == 403
