"""Numbers of records per exam body and the lists behind them, on random trees (B8, V24)."""

import random
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from services.declaration.storage import exported_filings
from services.declaration.storage.exported_filings import FilingFilter
from shared.contracts.institution import ExamBodyChanged
from shared.ids import new_id
from tests.integration.declaration.filing.paper import handed_in
from tests.integration.declaration.filing.year import Year, exam_year
from tests.integration.declaration.supervision.overseers import overseer
from tests.support.service_under_test import Caller, Serve

STATES = ("submitted", "under_review", "returned", "withdrawn", "modification_allowed", "approved", "filed", "rejected")
STANDING = {
    "submitted": "waiting",
    "under_review": "waiting",
    "returned": "returned",
    "withdrawn": "returned",
    "modification_allowed": "returned",
    "approved": "approved",
    "filed": "filed",
    "rejected": "ended",
}
REOPEN = """
INSERT INTO declaration_event (declaration_id, version, at, action, actor_id, role, from_state, to_state)
VALUES ($1, 9, $2, 'allow_modification', $3, 'institution_business_admin', 'approved', 'modification_allowed')
"""


INSERT_LIST = """
INSERT INTO qualified_list (id, institution_id, institution_name, cycle_id, exam_year, kind, edition, state, version,
    filing_body_id, filing_body_path, opened_by, opened_at, late, updated_at)
VALUES ($1, $2, '江城试验医院', $3, 2027, 'main', 1, 'draft', 1, $4, $5, $1, $6, $7, $6)
"""
INSERT_LINE = """
INSERT INTO list_line (list_id, line, declaration_id, declaration_number, submission, evaluation_id, person_id,
    provisional, exam_level, exam_category_code, name_masked, document_no_masked, display, live)
SELECT $1, 1, e.declaration_id, 'D', 1, e.id, e.person_id, false, 'licensed_physician', '110', '', '', '', true
FROM evaluation e WHERE e.declaration_id = $2
"""


async def grown(year: Year, dice: random.Random) -> dict[UUID, tuple[UUID, ...]]:
    """A random tree below the zone: each body with its path."""
    zone, site, other, point = year.zone_id, year.site_id, year.other_site_id, year.point_id
    paths: dict[UUID, tuple[UUID, ...]] = {zone: (zone,), site: (zone, site), other: (zone, other)}
    paths[point] = (zone, site, point)
    for number in range(dice.randint(1, 5)):
        above = dice.choice([path for path in paths.values() if len(path) < 3])
        body_id = new_id()
        paths[body_id] = (*above, body_id)
        await year.service.deliver(
            ExamBodyChanged.model_validate(
                {
                    "occurred_at": year.clock.now(),
                    "aggregate_version": 1,
                    "exam_body_id": body_id,
                    "code": f"R{number:03d}",
                    "name": f"虚构机构 {number}",
                    "level": ("site", "point")[len(above) - 1],
                    "parent_id": above[-1],
                    "path": list(paths[body_id]),
                    "state": "active",
                }
            )
        )
    return paths


async def all_of(caller: Caller, path: str) -> list[dict[str, Any]]:
    """Every page of a list."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await caller.get(f"{path}&limit=3{cursor}")
        assert answer.status == 200, answer.body
        found += answer.body["items"]
        if answer.body["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.body['next_cursor']}"


@pytest.mark.requirement("B8", "V24")
@pytest.mark.parametrize("seed", range(4))
async def test_every_number_opens_the_list_it_counts(serve: Serve, seed: int) -> None:
    """On random trees: what each body is told, line by line, is what a walk over the paths says, every number has as
    many rows behind it, and of bodies outside there is nothing."""
    dice, year = random.Random(seed), await exam_year(serve)
    paths = await grown(year, dice)
    truth: list[tuple[tuple[UUID, ...], str, str, bool]] = []
    for _ in range(dice.randint(4, 8)):
        home, unit = dice.choice(list(paths.values())), new_id()
        await year.institution_exists(unit, path=list(home))
        for _ in range(dice.randint(0, 5)):
            state, reopened = dice.choice(STATES), dice.random() < 0.3
            one = await year.declare(state, institution_id=unit)
            if reopened:
                async with year.service.database.transaction() as tx:
                    await tx.execute(REOPEN, one.id, year.clock.now(), new_id())
            truth.append((home, str(one.id), STANDING[state], reopened))
    for scope, path in paths.items():
        caller = await overseer(year, ("zone_admin", "site_admin", "point_admin")[len(path) - 1], scope)
        for body in paths:
            url = f"/record-standings?cycle_id={year.cycle_id}&body_id={body}"
            answer = await caller.get(url)
            if scope not in paths[body]:
                assert answer.status == 404
                assert await all_of(caller, f"/supervised-records?cycle_id={year.cycle_id}&body_id={body}") == []
                continue
            for line in answer.body["bodies"]:
                await _check_line(caller, year, body, line, truth)
            lines = {UUID(line["body_id"]) for line in answer.body["bodies"]}
            assert lines == {body} | {one for one, way in paths.items() if len(way) > 1 and way[-2] == body}


async def _check_line(
    caller: Caller, year: Year, body: UUID, line: dict[str, Any], truth: list[tuple[tuple[UUID, ...], str, str, bool]]
) -> None:
    named = UUID(line["body_id"])
    inside = [one for one in truth if (one[0][-1] == named if line["own"] else named in one[0])]
    assert line["own"] is (named == body)
    counted = Counter(one[2] for one in inside)
    assert {name: number for name, number in line["counts"].items() if number} == dict(counted)
    assert line["records"] == len(inside)
    assert line["reopened"] == sum(one[3] for one in inside)
    url = f"/supervised-records?cycle_id={year.cycle_id}&body_id={named}&direct={str(line['own']).lower()}"
    for standing, number in line["counts"].items():
        behind = await all_of(caller, f"{url}&standing={standing}")
        assert {one["id"] for one in behind} == {one[1] for one in inside if one[2] == standing}
        assert len(behind) == number
    reopened = await all_of(caller, f"{url}&reopened=true")
    assert {one["id"] for one in reopened} == {one[1] for one in inside if one[3]}


@pytest.mark.requirement("B8", "V24")
@pytest.mark.parametrize("seed", range(2))
async def test_exported_lists_are_those_of_the_jurisdiction(serve: Serve, seed: int) -> None:
    """On random trees: what a body exports of any body, whole, direct, late, reopened or of one unit, is what a walk
    over the paths says, and is counted so; of bodies outside there is nothing."""
    dice, year = random.Random(seed), await exam_year(serve)
    paths = await grown(year, dice)
    truth: list[tuple[tuple[UUID, ...], UUID, UUID, bool, bool]] = []
    for _ in range(12):
        home, unit, list_id = dice.choice(list(paths.values())), new_id(), new_id()
        late, reopened = dice.random() < 0.4, dice.random() < 0.4
        (one,) = await year.many(1, unit)
        async with year.service.database.transaction() as tx:
            row = (list_id, unit, year.cycle_id, home[-1], list(home), year.clock.now(), late)
            await tx.execute(INSERT_LIST, *row)
            await tx.execute(INSERT_LINE, list_id, one.id)
            if reopened:
                await tx.execute(REOPEN, one.id, year.clock.now(), new_id())
        truth.append((home, list_id, unit, late, reopened))
    async with year.service.database.read() as reader:
        for scope in paths:
            for body in paths:
                for filter_, expected in _asked_lists(year, scope, body, truth):
                    page = await exported_filings.select_page(reader, scope, filter_, None, 100)
                    assert {found.id for found in page} == expected, (scope, filter_)
                    assert await exported_filings.count(reader, scope, filter_, 100) == len(expected)


def _asked_lists(
    year: Year, scope: UUID, body: UUID, truth: list[tuple[tuple[UUID, ...], UUID, UUID, bool, bool]]
) -> list[tuple[FilingFilter, set[UUID]]]:
    """Each filter with the lists that are to come."""
    inside = [one for one in truth if scope in one[0] and body in one[0][one[0].index(scope) :]]
    asked = [(FilingFilter(year.cycle_id, body), {one[1] for one in inside})]
    asked.append((FilingFilter(year.cycle_id, body, direct=True), {one[1] for one in inside if one[0][-1] == body}))
    for flag in (True, False):
        asked.append((FilingFilter(year.cycle_id, body, late=flag), {one[1] for one in inside if one[3] is flag}))
        asked.append((FilingFilter(year.cycle_id, body, reopened=flag), {one[1] for one in inside if one[4] is flag}))
    some = truth[0][2]
    asked.append((FilingFilter(year.cycle_id, body, institution_id=some), {one[1] for one in inside if one[2] == some}))
    return asked


@pytest.mark.requirement("B8", "B13", "V55")
async def test_late_and_reopened_items_are_marked(serve: Serve) -> None:
    """A list handed in late with somebody who was reopened once is marked in the inbox, in its lines, in the records
    and in the numbers; names and numbers are masked."""
    year = await exam_year(serve)
    calm, reopened = await year.declare(), await year.declare()
    await year.evaluate(calm)
    await year.evaluate(reopened)
    async with year.service.database.transaction() as tx:
        await tx.execute(REOPEN, reopened.id, year.clock.now(), new_id())
    handed = await handed_in(year)
    point = await overseer(year, "point_admin", year.point_id)
    (item,) = (await point.get("/filings?reopened=true")).body["items"]
    assert (item["id"], item["reopened"], item["late"]) == (handed["id"], 1, False)
    assert (await point.get("/filings?reopened=false")).body["items"] == []
    detail = (await point.get(f"/filings/{handed['id']}")).body
    assert {one["declaration_id"]: one["reopened"] for one in detail["people"]} == {
        str(calm.id): False,
        str(reopened.id): True,
    }
    async with year.service.database.transaction() as tx:
        await tx.execute("UPDATE qualified_list SET late = true")
    (line,) = (await point.get(f"/record-standings?cycle_id={year.cycle_id}")).body["bodies"]
    assert (line["counts"]["qualified"], line["late"], line["reopened"]) == (2, 2, 1)
    late = await all_of(point, f"/supervised-records?cycle_id={year.cycle_id}&late=true&reopened=true")
    assert [one["id"] for one in late] == [str(reopened.id)]
    assert reopened.document_no not in str(late)
    assert reopened.name not in str(late)
    found = await all_of(point, f"/supervised-records?cycle_id={year.cycle_id}&q={late[0]['number'].lower()}")
    assert [one["id"] for one in found] == [str(reopened.id)]
