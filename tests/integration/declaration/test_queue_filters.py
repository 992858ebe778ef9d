"""The queue of a unit by what a reviewer looks for: category, level, origin, age, claim, earlier rows, resubmission."""

from datetime import timedelta

import pytest

from shared.ids import new_id
from tests.integration.declaration.forms import REASONS, complete_content, current_period, prior_period
from tests.integration.declaration.returning import submit_again
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Caller, Serve


async def _with_an_earlier_row(season: Season) -> Draft:
    former = await season.has_unit("前任医院")
    row = prior_period(former)
    content = complete_content(season.unit)
    content["periods"] = [row, current_period(season.unit)]
    draft = await season.draft(content=content)
    await season.attach(draft, "prior_certificate", row["id"])
    assert (await season.submit(draft)).status == 201
    return draft


async def _found(by: Caller, query: str) -> list[str]:
    answer = await by.get(f"/reviews?{query}")
    assert answer.status == 200, answer.body
    return [one["id"] for one in answer.body["items"]]


@pytest.mark.requirement("A38", "P6")
async def test_every_filter_finds_exactly_its_own(serve: Serve) -> None:
    """Each filter against the same four declarations, both orders page without loss, and the counts stay whole."""
    season = await exam_season(serve)
    old = await season.submitted()
    season.later(timedelta(days=2))
    prior = await _with_an_earlier_row(season)
    season.later(timedelta(hours=1))
    again = await season.submitted()
    await season.decide(again, "return", REASONS)
    await submit_again(season, again)
    season.later(timedelta(hours=1))
    held = await season.submitted()
    reviewer_id = new_id()
    me, colleague = season.reviewer(id=reviewer_id), season.reviewer()
    await season.decide(held, "claim", by=me)
    every = [old.id, prior.id, again.id, held.id]
    expected = {
        "exam_category_code=110": every,
        "exam_category_code=120": [],
        "exam_level=licensed_physician": every,
        "exam_level=assistant_physician": [],
        "origin=candidate_declaration": every,
        "origin=institution_entry": [],
        "waiting_days=1": [old.id],
        "waiting_days=3": [],
        "claimed=me": [held.id],
        "claimed=others": [],
        "claimed=nobody": [old.id, prior.id, again.id],
        "prior_rows_open=true": [prior.id],
        "prior_rows_open=false": [old.id, again.id, held.id],
        "resubmitted=true": [again.id],
        "resubmitted=false": [old.id, prior.id, held.id],
        "claimed=nobody&resubmitted=false&waiting_days=1": [old.id],
    }
    assert {query: await _found(me, query) for query in expected} == expected
    assert await _found(colleague, "claimed=others") == [held.id]
    assert await _found(me, "sort=newest") == every[::-1]
    pages: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await me.get(f"/reviews?sort=newest&limit=1{cursor and '&cursor=' + cursor}")).body
        pages += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert pages == every[::-1]
    counts = (await me.get("/reviews?claimed=me")).body["counts"]
    assert counts == {"submitted": 3, "under_review": 1}
    assert (await me.get("/reviews?claimed=anybody")).status == 422
    by_post = await me.post("/review-searches", {"claimed": "me", "q": held.person.name})
    assert [one["id"] for one in by_post.body["items"]] == [held.id]
