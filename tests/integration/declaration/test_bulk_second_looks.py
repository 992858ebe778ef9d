"""Bulks where an approval takes two people: what is a first approval only is told apart (A38)."""

import csv
import io
from typing import Any

import pytest

from shared.contracts.declaration import DeclarationApproved
from tests.integration.declaration.looking_twice import asks_for_two, pair
from tests.integration.declaration.test_bulk_decisions import Desk, counts
from tests.support.service_under_test import Serve


def firsts(bulk: dict[str, Any]) -> tuple[int, int]:
    """How many of the waiting, and of the done rows are first approvals only."""
    return bulk["waiting_first"], bulk["done_first"]


async def results_of(desk: Desk, bulk: dict[str, Any]) -> list[str]:
    """What the file says became of each row."""
    file = await desk.api.get(f"/bulk-decisions/{bulk['id']}/results")
    return [line[3] for line in list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"), newline="")))[1:]]


@pytest.mark.requirement("A38")
async def test_a_sheet_shows_what_is_a_first_approval_only(serve: Serve) -> None:
    """Counted apart in the preview, in both languages of the file: beside one that a colleague approved before, which
    is decided, and one that is returned; the last look is that of carrying out, not of the preview."""
    two = await pair(serve)
    season, one = two.season, Desk(two.season, two.second)
    known, _, _ = await two.once_approved(), await season.submitted(), await season.submitted()
    lines = ["申报编号,审核结果,原因代码,问题字段,说明", "D2027-000001,通过,,,", "D2027-000002,通过,,,"]
    lines.append("D2027-000003,退回修改,period_wrong,/periods/0/from,起始日期有误")
    sent = await one.api.call("POST", "/bulk-decision-sheets", data="\n".join(lines).encode())
    bulk = await one.worked(sent.body)
    assert (counts(bulk), firsts(bulk)) == (("checked", 0, 3, 0, 0), (1, 0))
    assert await results_of(one, bulk) == ["待办理", "待办理（仅为初审，须第二人复核）", "待办理"]
    (listed,) = (await one.api.get("/bulk-decisions")).body["items"]
    assert firsts(listed) == (1, 0)
    await asks_for_two(season, wanted=False)
    started = await one.api.post(f"/bulk-decisions/{bulk['id']}/start", version=bulk["version"])
    assert firsts(started.body) == (1, 0)
    done = await one.worked(bulk)
    assert (counts(done), firsts(done)) == (("done", 0, 0, 3, 0), (0, 0))
    assert await season.state_of(known) == "approved"


@pytest.mark.requirement("A38")
async def test_a_bulk_follows_the_same_rule(serve: Serve) -> None:
    """A bulk of approvals gives first ones and decides nothing; a colleague's bulk confirms them; whoever was taken
    back meanwhile is refused with the change."""
    two = await pair(serve)
    season, one, other = two.season, Desk(two.season, two.first), Desk(two.season, two.second)
    drafts = [await season.submitted() for _ in range(3)]
    tried = await one.select(drafts)
    assert (counts(tried), firsts(tried)) == (("checked", 0, 3, 0, 0), (3, 0))
    done = await one.start(tried)
    assert (counts(done), firsts(done)) == (("done", 0, 0, 3, 0), (0, 3))
    rows = (await one.api.get(f"/bulk-decisions/{done['id']}/rows")).body["items"]
    assert [row["first_of_two"] for row in rows] == [True] * 3
    assert (await results_of(one, done)) == ["已初审，待第二人复核"] * 3
    assert [await season.state_of(draft) for draft in drafts] == ["submitted"] * 3
    assert await season.service.published(DeclarationApproved) == []
    for draft in drafts:
        draft.version = (await two.shown(draft))["version"]
    bulk = await other.select(drafts)
    assert (counts(bulk), firsts(bulk)) == (("checked", 0, 3, 0, 0), (0, 0))
    assert (await two.takes_back(drafts[2], two.first)).status == 200
    done = await other.start(bulk)
    assert await other.rows(done) == [("done", []), ("done", []), ("refused", ["stale_version"])]
    assert (firsts(done), await results_of(other, done)) == ((0, 0), ["已办理", "已办理", "未能办理"])
    assert [await season.state_of(draft) for draft in drafts] == ["approved", "approved", "submitted"]
    assert len(await season.service.published(DeclarationApproved)) == 2
