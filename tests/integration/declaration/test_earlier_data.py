"""A second year: last year's certificate is not enough, but its data need not be typed again (P11, C10)."""

from datetime import datetime

import pytest

from shared.clock import SHANGHAI
from tests.integration.declaration.forms import complete_content, prior_period
from tests.integration.declaration.season import YEAR, Draft, Season, exam_season
from tests.support.service_under_test import Answer, Serve


async def _next_year(season: Season) -> None:
    """A year later the next exam year is open."""
    season.later(datetime(2027, 12, 20, 10, tzinfo=SHANGHAI) - season.clock.now())
    created = await season.zone.post("/cycles", {"year": YEAR + 1})
    season.cycle_id = created.body["id"]
    opened = await season.zone.post(f"/cycles/{season.cycle_id}/opening")
    assert opened.status == 200, opened.body


async def _again(season: Season, old: Draft) -> Draft:
    started = await season.start(old.person)
    assert started.status == 201, started.body
    return Draft(started.body["id"], started.body["version"], old.person)


async def _copy(draft: Draft) -> Answer:
    done = await draft.person.api.post(f"{draft.path}/earlier-data", version=draft.version)
    if done.status == 200:
        draft.version = done.body["version"]
    return done


@pytest.mark.requirement("P11", "C10")
async def test_last_years_data_fills_an_empty_draft(serve: Serve) -> None:
    """Education and periods come over with rows of their own, at the unit bound to now; then the whole way is gone
    again: files, checks, submission."""
    season = await exam_season(serve)
    old = await season.submitted()
    await season.decide(old, "approval")
    before = (await old.person.api.get(old.path)).body["content"]
    await _next_year(season)
    banner = (await old.person.api.get("/earlier-declaration")).body
    assert banner["earlier"]["cycle_year"] == YEAR
    assert "不能代替本年度" in banner["banner"]
    draft = await _again(season, old)
    copied = await _copy(draft)
    assert (copied.status, copied.body["from_year"], copied.body["left_out"]) == (200, YEAR, [])
    detail = (await draft.person.api.get(draft.path)).body
    assert detail["content"]["education"] == before["education"]
    (row,) = detail["content"]["periods"]
    assert row["id"] != before["periods"][0]["id"]
    assert (row["from"], row["is_current"]) == (before["periods"][0]["from"], True)
    assert detail["documents"] == [], "files are of their year"
    refused = await season.submit(draft)
    assert refused.code == "declaration_incomplete", "no diploma this year yet"
    await season.attach(draft, "diploma")
    assert (await season.submit(draft)).status == 201
    assert (await _copy(draft)).code == "declaration_not_editable"


@pytest.mark.requirement("P11")
async def test_what_holds_no_longer_is_left_out_and_named(serve: Serve) -> None:
    """Another unit and a supervisor who left are named; the rest comes over."""
    season = await exam_season(serve)
    earlier_unit = await season.has_unit("江城旧医院")
    content = complete_content(season.unit)
    content["periods"].append(prior_period(earlier_unit))
    draft = await season.draft(content=content)
    await season.attach(draft, "prior_certificate", content["periods"][1]["id"])
    assert (await season.submit(draft)).status == 201
    await season.supervisor_is(season.unit, version=2, active=False)
    elsewhere = await season.has_unit("江城新医院")
    await _next_year(season)
    await season.binds(draft.person, elsewhere)
    again = await _again(season, draft)
    copied = await _copy(again)
    assert {(one["pointer"], one["code"]) for one in copied.body["left_out"]} == {
        ("/periods/0/is_current", "became_earlier"),
        ("/periods/0/supervisors", "supervisor_unknown"),
    }
    shown = (await again.person.api.get(again.path)).body["content"]
    assert [row["is_current"] for row in shown["periods"]] == [False, False]
    assert shown["periods"][0]["supervisors"] == []
    assert shown["periods"][1]["supervisors"] != []


@pytest.mark.requirement("P11")
async def test_only_own_data_and_only_into_an_empty_draft(serve: Serve) -> None:
    """Who handed nothing in before has nothing to copy, whatever others did; what was typed is not overwritten."""
    season = await exam_season(serve)
    old = await season.submitted()
    fresh = await season.has_person()
    same_year = await season.has_person()
    first = Draft((await season.start(same_year)).body["id"], 1, same_year)
    assert (await _copy(first)).code == "no_earlier_declaration"
    await _next_year(season)
    assert (await fresh.api.get("/earlier-declaration")).body["earlier"] is None
    started = await season.start(fresh)
    alone = Draft(started.body["id"], started.body["version"], fresh)
    assert (await _copy(alone)).code == "no_earlier_declaration"
    again = await _again(season, old)
    await season.save(again, {"note": "已填写"})
    assert (await _copy(again)).code == "draft_not_empty"
    stolen = await fresh.api.post(f"{again.path}/earlier-data", version=again.version)
    assert stolen.status == 404


@pytest.mark.requirement("C10")
async def test_a_retained_skill_pass_changes_nothing(serve: Serve) -> None:
    """Who keeps a passed skill part says so in vain: the same draft, the same checks, the same submission."""
    season = await exam_season(serve)
    content = complete_content(season.unit) | {"retained_skill_pass": True, "last_year_certificate": "Q42-2026-1"}
    empty = await season.draft(content={"retained_skill_pass": True})
    assert (await season.submit(empty)).code == "declaration_incomplete"
    draft = await season.draft(content=content)
    shown = (await draft.person.api.get(f"{draft.path}/preview")).body
    assert "retained" not in str(shown)
    assert "last_year" not in str(shown)
    assert (await season.submit(draft)).status == 201
