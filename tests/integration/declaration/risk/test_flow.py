"""Signals beside the real flow: what candidates and units do is looked at, and nothing of it is ever refused for it."""

import asyncio
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from services.declaration.domain.risk.rules import RULES
from services.declaration.storage import risk_hits
from services.declaration.use_cases.risk.examine_subjects import examine_subjects
from shared.ids import new_id
from tests.integration.declaration.filing.paper import handed_in
from tests.integration.declaration.filing.year import Year
from tests.integration.declaration.forms import REASONS
from tests.integration.declaration.returning import CHANGED, answer
from tests.integration.declaration.risk.county import County
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Serve

_EVERY_HIT = """
INSERT INTO risk_hit (id, cycle_id, rule, subject_kind, subject_id, institution_id, person_id, body_path, state,
    version, score, value, thresholds_version, evidence, found_at)
SELECT gen_random_uuid(), d.cycle_id, rule, 'declaration', d.id, d.institution_id, d.person_id, '{}', 'open', 1, 100,
    1, 1, '', now()
FROM declaration d CROSS JOIN unnest($1::text[]) AS rule
"""


async def season_in_county(serve: Serve) -> tuple[Season, County]:
    """An open year whose unit lies below three exam bodies."""
    season = await exam_season(serve)
    unit = season.unit.id
    year = Year(season.service, season.clock, cycle_id=UUID(season.cycle_id), institution_id=unit)
    await year.institution_exists(version=9)
    return season, County(year)


@pytest.mark.requirement("B1")
async def test_hits_refuse_nothing(serve: Serve) -> None:
    """A declaration with an open hit of every rule is approved, evaluated, listed and filed like any other."""
    season, place = await season_in_county(serve)
    draft, year = await season.submitted(), place.year
    await place.execute(_EVERY_HIT, list(RULES))
    assert await place.count("SELECT count(*) FROM risk_hit WHERE state = 'open'") == len(RULES)
    assert (await season.decide(draft, "approval")).status == 200
    evaluated = await year.unit.post(
        f"/reviews/{draft.id}/evaluation", {"result": "qualified", "opinion": "试用期表现良好，同意。"}
    )
    await year.certify(evaluated.body)
    handed = await handed_in(year)
    accepted = await year.point.post(f"/filings/{handed['id']}/acceptance", version=handed["version"])
    assert accepted.status == 200, accepted.body
    assert await season.state_of(draft) == "filed"


@pytest.mark.requirement("B1", "F10")
async def test_what_is_submitted_is_looked_at(serve: Serve) -> None:
    """Two people hand in the same file: the next run of the job finds both, without being asked; told of nothing new,
    it looks at nothing; after a withdrawal it clears both."""
    season, place = await season_in_county(serve)
    first, second = await season.submitted(), await season.submitted()
    await place.run("examine-risks")
    hits = await place.hits("F10")
    assert {(await place.detail(hit))["subject_id"] for hit in hits} == {first.id, second.id}
    await place.run("examine-risks")
    assert await place.hits("F10") == hits
    assert await place.count("SELECT count(*) FROM risk_task") == 0
    withdrawn = await second.person.api.post(f"{second.path}/withdrawal", version=second.version)
    assert withdrawn.status == 200
    await place.run("examine-risks")
    assert await place.hits("F10") == []
    assert len(await place.hits("F10", state="cleared")) == 2


@pytest.mark.requirement("F10")
async def test_a_page_more_hides_no_shared_file(serve: Serve) -> None:
    """The second person adds a page to the file that both hand in: both are found all the same, whoever is looked at
    first; pages that nobody else handed in raise nothing."""
    season, place = await season_in_county(serve)
    first, second = await season.submitted(), await season.draft()
    await _add_page(second, 120)
    assert (await season.submit(second)).status == 201
    await place.run("examine-risks")
    assert await _found(place) == {first.id, second.id}
    third = await season.draft()
    await _add_page(third, 40)
    files = (await third.person.api.get(third.path)).body["documents"]
    pages = f"{third.path}/files/{files[0]['id']}/pages"
    own = (await third.person.api.get(pages)).body["items"][1]["page_id"]
    assert (await third.person.api.put(pages, {"page_ids": [own]}, version=third.version)).status == 200
    third.version += 1
    assert (await season.submit(third)).status == 201
    await place.run("examine-risks")
    assert await _found(place) == {first.id, second.id}
    # Both as several pages, of which one is shared.
    fourth = await season.draft()
    await _add_page(fourth, 200)
    assert (await season.submit(fourth)).status == 201
    await place.run("examine-risks")
    assert await _found(place) == {first.id, second.id, fourth.id}


async def _add_page(draft: Draft, level: int) -> None:
    files = (await draft.person.api.get(draft.path)).body["documents"]
    data = BytesIO()
    Image.new("RGB", (60, 40), (level, level, level)).save(data, "JPEG")
    path = f"{draft.path}/files/{files[0]['id']}/pages?file_name=page.jpg"
    added = await draft.person.api.post(path, data=data.getvalue(), headers={"Content-Type": "image/jpeg"})
    assert added.status == 201, added.body
    draft.version = added.body["version"]


async def _found(place: County) -> set[str]:
    return {(await place.detail(hit))["subject_id"] for hit in await place.hits("F10")}


@pytest.mark.requirement("F17")
async def test_approved_by_another_without_a_change(serve: Serve) -> None:
    """Returned by one, handed in again as it was, approved by a colleague; changed first, it is no hit."""
    season, place = await season_in_county(serve)
    same, changed = await season.submitted(), await season.submitted()
    for draft in (same, changed):
        assert (await season.decide(draft, "return", REASONS, season.reviewer())).status == 200
        await answer(draft, CHANGED)
    content = (await changed.person.api.get(changed.path)).body["content"]
    content["periods"][0]["department"] = "外科"
    assert (await season.save(changed, content)).status == 200
    for draft in (same, changed):
        assert (await season.submit(draft)).status == 201
        assert (await season.decide(draft, "approval", by=season.reviewer())).status == 200
    await place.run("examine-risks")
    assert [(await place.detail(hit))["subject_id"] for hit in await place.hits("F17")] == [same.id]


@pytest.mark.requirement("B1")
async def test_several_workers_share_the_work(serve: Serve) -> None:
    """Three workers at the same time look at every subject, none waits for another, and no hit is made twice."""
    season, place = await season_in_county(serve)
    drafts = [await season.submitted() for _ in range(4)]
    for _ in range(2):
        async with season.service.database.transaction() as tx:
            await tx.execute(
                "INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)"
                " SELECT 'declaration', id, cycle_id, '2026-01-01' FROM declaration"
            )
    await asyncio.gather(*(place.run("examine-risks") for _ in range(3)))
    await place.run("examine-risks")
    assert len(await place.hits("F10")) == len(drafts)
    assert await place.count("SELECT count(*) FROM risk_task") == 0


@pytest.mark.requirement("B1")
@pytest.mark.parametrize("guarded", [True, False])
async def test_a_decision_between_reading_and_writing_stays(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The job read an open hit, an exam body decides about it, the job clears it: the decision stays. Without the guard
    in the statement (the control) it would be overwritten."""
    season, place = await season_in_county(serve)
    drafts = [await season.submitted() for _ in range(2)]
    await place.run("examine-risks")
    hit = (await place.hits("F10"))[0]
    database, deps = season.service.database, season.service.deps
    read, decided, select = asyncio.Event(), asyncio.Event(), risk_hits.select_of_subjects

    async def slow(*arguments: Any) -> Any:
        known = await select(*arguments)
        read.set()
        await decided.wait()
        return known

    monkeypatch.setattr(risk_hits, "select_of_subjects", slow)
    if not guarded:
        unguarded = risk_hits._CLEAR.replace("AND state = 'open'", "").replace(
            "cleared_at = $2", "cleared_at = $2, decided_at = NULL"
        )
        monkeypatch.setattr(risk_hits, "_CLEAR", unguarded)

    async def examine() -> None:
        async with database.transaction() as tx:
            await tx.execute(
                "INSERT INTO risk_task (kind, subject_id, cycle_id, asked_at)"
                " SELECT subject_kind, subject_id, cycle_id, '2026-01-01' FROM risk_hit WHERE id = $1",
                UUID(hit["id"]),
            )
        async with database.transaction() as tx:
            await examine_subjects(tx, keyring=deps.keyring, now=deps.clock.now())

    for draft in drafts:
        await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
    working = asyncio.create_task(examine())
    await read.wait()
    assert (await place.decide(hit, "followed_up")).status == 200
    decided.set()
    await working
    shown = await place.detail(hit)
    assert shown["state"] == ("followed_up" if guarded else "cleared")


@pytest.mark.requirement("B1", "F8")
async def test_thresholds_are_set_by_the_zone(serve: Serve) -> None:
    """With a reason, within bounds, at the version last seen, by the zone alone; what they let go is cleared, and a
    rule that is off finds nothing."""
    season, place = await season_in_county(serve)
    person = await season.has_person()
    season.later(timedelta(days=3))
    await season.submitted(person)
    await place.run("examine-risks")
    assert [hit["value"] for hit in await place.hits("F8")] == [3]
    assert (await place.set("F8", days=5000)).code == "risk_thresholds_invalid"
    assert (await place.body(place.year.site_id).put("/risk-rules/F8", {}, version=1)).status == 403
    assert (await place.set("F8", days=3)).body["version"] == 3
    stale = {"limits": {"points": 1, "days": 1, "months": 12}, "reason": "过期的版本"}
    assert (await place.zone.put("/risk-rules/F8", stale, version=2)).code == "stale_version"
    assert (await place.zone.put("/risk-rules/F99", stale, version=3)).code == "risk_rule_unknown"
    await place.run("ask-for-risks")
    await place.run("examine-risks")
    assert await place.hits("F8") == []
    assert (await place.set("F8", days=4)).status == 200
    await place.run("ask-for-risks")
    await place.run("examine-risks")
    (hit,) = await place.hits("F8")
    assert (await place.detail(hit))["thresholds_version"] == 4
    await place.set("F8", enabled=False)
    await place.run("ask-for-risks")
    await place.run("examine-risks")
    assert await place.hits("F8") == []
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'risk.set_thresholds'"
    assert await place.count(audited) == 3


@pytest.mark.requirement("B1")
async def test_thresholds_are_tried_before_they_are_set(serve: Serve) -> None:
    """A trial counts how many are found now and would be found then, over several batches, and changes no hit."""
    season, place = await season_in_county(serve)
    for days in (1, 3, 8):
        person = await season.has_person()
        season.later(timedelta(days=days))
        await season.submitted(person)
        season.clock.advance(timedelta(days=-days))
    await place.run("examine-risks")
    before = await place.hits("F8")
    body = {"limits": {"points": 50, "days": 8, "months": 12}}
    asked = await place.zone.post("/risk-rules/F8/trials", body)
    assert (asked.status, asked.body["state"]) == (202, "running")
    await place.run("count-risk-trials")
    done = (await place.zone.get(f"/risk-trials/{asked.body['id']}")).body
    figures = ("subjects", "found_now", "found_then", "would_appear", "would_vanish")
    assert done["state"] == "done"
    assert [done[name] for name in figures] == [3, 3, 2, 0, 1]
    assert await place.hits("F8") == before
    assert (await place.zone.get(f"/risk-trials/{new_id()}")).status == 404
    assert (await place.zone.post("/risk-rules/F8/trials", {"limits": {}})).code == "risk_thresholds_invalid"
    assert (await place.zone.get("/risk-rules")).body["version"] == 2


@pytest.mark.requirement("B1")
async def test_once_a_day_everything_is_asked_for(serve: Serve) -> None:
    """However often workers start; a day later again."""
    season, place = await season_in_county(serve)
    await season.submitted()
    tasks = "SELECT count(*) FROM risk_task"
    await place.execute("DELETE FROM risk_task")
    await place.run("ask-for-risks")
    asked = await place.count(tasks)
    assert asked == 2, "the declaration and its institution"
    await place.run("ask-for-risks")
    assert await place.count(tasks) == asked
    await place.execute("DELETE FROM risk_task")
    season.later(timedelta(days=1))
    await place.run("ask-for-risks")
    assert await place.count(tasks) == asked
