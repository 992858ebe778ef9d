"""A unit sees the accounts of its own staff, and of others the role only (A39, section 2)."""

from typing import Any
from uuid import UUID

import pytest

from shared.ids import new_id
from tests.integration.declaration.careers import asked, career
from tests.integration.declaration.forms import ALLOWANCE, complete_content
from tests.integration.declaration.looking_twice import pair
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.integration.declaration.test_claims import knows
from tests.support.service_under_test import Caller, Serve


async def steps(draft: Draft, by: Caller) -> list[tuple[str, str | None]]:
    """(action, account) of the steps of the staff, as a reviewer sees them."""
    shown = await by.get(f"/reviews/{draft.id}")
    assert shown.status == 200, shown.body
    return [(one["action"], one["staff_id"]) for one in shown.body["timeline"] if one["role"].startswith("institution")]


async def line(draft: Draft, by: Caller) -> dict[str, Any]:
    """Its line of the queue."""
    (found,) = [one for one in (await by.get("/reviews?state=all")).body["items"] if one["id"] == draft.id]
    return dict(found)


async def reviewer(season: Season, **more: Any) -> tuple[UUID, Caller]:
    """A reviewer whom identity told of."""
    staff_id = await knows(season, new_id(), **more)
    return staff_id, season.service.caller(
        "institution_business_admin", id=staff_id, scope_id=more.get("scope_id", season.unit.id)
    )


@pytest.mark.requirement("A39", "V64")
async def test_the_history_of_another_unit_has_no_accounts(serve: Serve) -> None:
    """Approved, reopened and handed in elsewhere: the second unit sees what was done and by which role; of its own
    steps it sees who took them."""
    season = await exam_season(serve)
    other = await season.has_unit("江城二院")
    former, theirs = await reviewer(season)
    mine, ours = await reviewer(season, scope_id=other.id)
    draft = await season.submitted()
    await season.decide(draft, "claim", by=theirs)
    await season.decide(draft, "approval", by=theirs)
    assert await steps(draft, theirs) == [("claim", str(former)), ("approve", str(former))]
    assert (await season.decide(draft, "modification-allowance", ALLOWANCE, theirs)).status == 200
    await season.binds(draft.person, other)
    draft.version = (await draft.person.api.get(draft.path)).body["declaration"]["version"]
    assert (await season.save(draft, complete_content(other))).status == 200
    assert (await season.submit(draft)).status == 201
    assert (await season.decide(draft, "claim", by=ours)).status == 200
    seen = await steps(draft, ours)
    assert seen == [("claim", None), ("approve", None), ("allow_modification", None), ("claim", str(mine))]
    unheard = season.reviewer(other)
    assert str(former) not in str((await unheard.get(f"/reviews/{draft.id}")).body)
    assert (await line(draft, unheard))["claimed_by"] == str(mine)


@pytest.mark.requirement("A32", "A39")
async def test_who_refused_at_the_earlier_unit_stays_unnamed(serve: Serve) -> None:
    """The earlier unit's refusal returns the declaration: the present unit sees that a unit did, not which account,
    whether or not identity told of that one."""
    one = await career(serve)
    request = await asked(one)
    former = new_id()
    path = f"/prior-row-requests/{request['declaration_id']}/{request['period_id']}/answer"
    body = {"result": "refused", "reason_code": "never_worked_there"}
    by = one.season.reviewer(one.former, id=former)
    assert (await by.post(path, body, version=request["version"])).body["state"] == "refused"
    mine, ours = await reviewer(one.season)
    for _ in range(2):
        assert await steps(one.draft, ours) == [("return_for_modification", None)]
        assert str(former) not in str((await ours.get(f"/reviews/{one.draft.id}")).body)
        await knows(one.season, former, scope_id=one.former.id)
    assert mine != former


@pytest.mark.requirement("A38", "A39")
async def test_a_colleague_who_went_elsewhere_is_not_named(serve: Serve) -> None:
    """Neither in the queue nor on the page: that it was approved first stays, by whom does not."""
    two = await pair(serve)
    draft, claimed = await two.once_approved(), await two.season.submitted()
    await two.season.decide(claimed, "claim", by=two.by(two.first))
    third = two.by(two.third)
    named = (str(two.first), str(two.first))
    assert ((await line(draft, third))["first_approved_by"], (await line(claimed, third))["claimed_by"]) == named
    await knows(two.season, two.first, scope_id=new_id(), aggregate_version=2)
    assert (await line(draft, third))["first_approved_by"] is None
    assert (await line(claimed, third))["claimed_by"] is None
    page = await two.shown(draft)
    assert (page["first_approved_by"], page["first_approved_at"] is not None) == (None, True)
    assert str(two.first) not in str(page)
    assert (await two.by(two.second).get("/reviews")).body["second_looks"] == 1
