"""Records that an institution enters for its people, who confirm them by handing them in, or decline them (B3)."""

from collections import Counter
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from services.declaration.storage import declarations, institution_entries
from shared.contracts.declaration import DeclarationEntered, DeclarationSubmitted, EntryDeclined
from shared.ids import new_id
from tests.integration.declaration.forms import complete_content, current_period
from tests.integration.declaration.looking_twice import asks_for_two
from tests.integration.declaration.season import Draft, Season, exam_season, together
from tests.integration.declaration.test_claims import knows
from tests.support.engines import Engines
from tests.support.service_under_test import Answer, Serve

_ALL = "SELECT count(*) FROM declaration WHERE person_id = $1"


async def _decline(draft: Draft, code: str = "data_wrong", text: str = "起始日期不对") -> Answer:
    body = {"reason_code": code, "text": text}
    done = await draft.person.api.post(f"{draft.path}/entry/declining", body, version=draft.version)
    if done.status == 200:
        draft.version = done.body["version"]
    return done


async def _listed(season: Season, query: str = "") -> list[dict[str, Any]]:
    page = await season.reviewer().get(f"/institution-entries{query}")
    assert page.status == 200, page.body
    return list(page.body["items"])


@pytest.mark.requirement("B3")
async def test_the_unit_enters_and_the_person_confirms(serve: Serve) -> None:
    """The person is told, sees who entered what, corrects it, and hands it in; nothing is handed in before."""
    season = await exam_season(serve)
    draft = await season.entered()
    told = (await season.service.published(DeclarationEntered))[0]
    assert (told.person_id, told.institution_id) == (draft.person.id, season.unit.id)
    assert await season.count("SELECT count(*) FROM declaration WHERE origin = 'institution_entry'") == 1
    assert await season.service.published(DeclarationSubmitted) == []
    assert (await season.reviewer().get("/reviews")).body["items"] == []

    seen = (await draft.person.api.get(f"{draft.path}/entry")).body
    assert (seen["institution_name"], seen["state"], seen["changes"]) == ("江城试验医院", "waiting", [])
    assert seen["content"]["periods"][0]["department"] == "内科"
    corrected = complete_content(season.unit)
    corrected["periods"][0]["department"] = "外科"
    assert (await season.save(draft, corrected)).status == 200
    seen = (await draft.person.api.get(f"{draft.path}/entry")).body
    assert seen["changes"] == [{"pointer": "/periods/0/department", "before": "内科", "after": "外科"}]

    refused = await season.submit(draft)
    assert refused.code == "declaration_incomplete", "the same checks: no diploma, no submission"
    await season.attach(draft, "diploma")
    assert (await season.submit(draft)).status == 201
    (line,) = await _listed(season)
    assert (line["state"], line["waiting_since"]) == ("confirmed", None)
    assert line["confirmed_at"] is not None
    assert (await _decline(draft)).code == "entry_decided"


@pytest.mark.requirement("B3")
async def test_declining_gives_a_reason_and_leaves_a_draft(serve: Serve) -> None:
    """The unit reads why; the person keeps a draft of his own, without what only the unit said."""
    season = await exam_season(serve)
    draft = await season.entered()
    mine = complete_content(season.unit)
    mine["periods"] = [current_period(season.unit, begun="2025-09-01")]
    await season.save(draft, mine)
    assert (await _decline(draft)).status == 200
    event = (await season.service.published(EntryDeclined))[0]
    assert (event.institution_id, event.reason_code) == (season.unit.id, "data_wrong")
    content = (await draft.person.api.get(draft.path)).body["content"]
    assert content["education"] == [], "never touched by the person, so it was the unit's word alone"
    assert content["periods"][0]["from"] == "2025-09-01"
    (line,) = await _listed(season, "?state=declined")
    shown = (await season.reviewer().get(f"/institution-entries/{line['declaration_id']}")).body
    assert (shown["entry"]["decline_code"], shown["decline_text"]) == ("data_wrong", "起始日期不对")
    assert await season.count("SELECT count(*) FROM declaration WHERE origin = 'candidate_declaration'") == 1
    assert (await _decline(draft)).code == "entry_decided"
    await season.save(draft, complete_content(season.unit))
    await season.attach(draft, "diploma")
    assert (await season.submit(draft)).status == 201
    assert (await _listed(season))[0]["state"] == "declined"


@pytest.mark.requirement("B3")
async def test_entries_are_listed_by_state_age_and_person(serve: Serve) -> None:
    """Filters by state, year and age, pages, and a search by whole name or number that never stands in an address."""
    season = await exam_season(serve)
    first, second = await season.entered(), await season.entered()
    season.later(timedelta(days=2))
    third = await season.entered()
    assert [line["declaration_id"] for line in await _listed(season)] == [first.id, second.id, third.id]
    since = (season.clock.now() - timedelta(days=1)).isoformat().replace("+", "%2B")
    assert [line["declaration_id"] for line in await _listed(season, f"?entered_before={since}")] == [
        first.id,
        second.id,
    ]
    await _decline(second)
    assert [line["declaration_id"] for line in await _listed(season, "?state=waiting")] == [first.id, third.id]
    assert await _listed(season, f"?cycle_id={new_id()}") == []
    page = (await season.reviewer().get("/institution-entries?limit=2")).body
    rest = (await season.reviewer().get(f"/institution-entries?limit=2&cursor={page['next_cursor']}")).body
    assert [line["declaration_id"] for line in rest["items"]] == [third.id]
    for text in (third.person.name, third.person.document_no):
        found = await season.reviewer().post("/institution-entry-searches", {"q": text})
        assert [line["declaration_id"] for line in found.body["items"]] == [third.id], text
        assert third.person.document_no not in str(found.body)


@pytest.mark.requirement("B3", "V24")
async def test_only_the_own_people(serve: Serve) -> None:
    """People of other units do not exist for the one who enters; an entry disappears with the binding."""
    season = await exam_season(serve)
    elsewhere = await season.has_unit("江城第二试验医院")
    stranger, free = await season.has_person(elsewhere), await season.has_person(bound=False)
    assert [(await season.enter(one)).status for one in (stranger, free)] == [404, 404]
    draft = await season.entered()
    other = season.reviewer(elsewhere)
    assert (await other.get(f"/institution-entries/{draft.id}")).status == 404
    assert (await other.get("/institution-entries")).body["items"] == []
    assert (await stranger.api.get(f"{draft.path}/entry")).status == 404
    await season.binds(draft.person, season.unit, state="ended")
    assert await _listed(season) == []


@pytest.mark.requirement("B3", "B9")
async def test_what_stands_against_an_entry(serve: Serve) -> None:
    """Closed window, unknown category, a unit that is not ready, oneself, a record that exists: each says so."""
    season = await exam_season(serve)
    person = await season.has_person()
    own = await season.enter(person, person_id=person.id)
    assert (own.status, own.code) == (403, "own_entry")
    started = await season.start(person)
    assert started.status == 201
    assert (await season.enter(person)).code == "record_exists"
    await season.institution_is(season.unit, version=2, complete=False)
    second = await season.has_person()
    assert (await season.enter(second)).code == "profile_incomplete"
    await season.institution_is(season.unit, version=3, state="suspended")
    assert (await season.enter(second)).code == "institution_not_active"
    await season.institution_is(season.unit, version=4)
    season.later(timedelta(days=20))
    assert (await season.enter(second)).code == "declaration_window_closed"


@pytest.mark.requirement("B3")
async def test_who_entered_does_not_approve(serve: Serve) -> None:
    """Four eyes: the account that entered a record may return it, but a colleague approves it."""
    season = await exam_season(serve)
    clerk = new_id()
    draft = await season.entered(id=clerk)
    await season.attach(draft, "diploma")
    await season.submit(draft)
    alone = await season.decide(draft, "approval", by=season.reviewer(id=clerk))
    assert (alone.status, alone.code) == (403, "entered_by_yourself")
    assert (await season.decide(draft, "approval")).status == 200


@pytest.mark.requirement("A38", "B3")
async def test_who_entered_is_neither_of_two_reviewers(serve: Serve) -> None:
    """Four eyes: not with another account of the same person either, first or second; and who entered does not count as
    the colleague who could confirm."""
    season = await exam_season(serve)
    clerk, person = new_id(), new_id()
    clerks_other = season.reviewer(id=new_id(), person_id=person)
    draft = await season.entered(id=clerk, person_id=person)
    await season.attach(draft, "diploma")
    await season.submit(draft)
    alone = await season.decide(draft, "approval", by=clerks_other)
    assert (alone.status, alone.code) == (403, "entered_by_yourself")
    first, second = await knows(season, new_id()), new_id()
    await knows(season, clerk)
    await asks_for_two(season)
    missing = await season.decide(draft, "approval", by=season.reviewer(id=first))
    assert (missing.status, missing.code) == (409, "second_reviewer_missing")
    await knows(season, second)
    said = await season.decide(draft, "approval", by=season.reviewer(id=first))
    assert (said.status, said.body["state"]) == (200, "submitted")
    for caller in (clerks_other, season.reviewer(id=clerk)):
        assert (await season.decide(draft, "approval", by=caller)).code == "entered_by_yourself"
    done = await season.decide(draft, "approval", by=season.reviewer(id=second))
    assert (done.status, done.body["state"]) == (200, "approved")


@pytest.mark.requirement("B3")
async def test_without_the_rule_one_account_would_do_both(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: when nobody asks who entered, the same account enters and approves."""
    nobody = institution_entries._SELECT_WAS_ENTERED_BY.replace("entered_by = $2", "entered_by <> $2")
    assert nobody != institution_entries._SELECT_WAS_ENTERED_BY
    monkeypatch.setattr(institution_entries, "_SELECT_WAS_ENTERED_BY", nobody)
    season = await exam_season(serve)
    clerk = new_id()
    draft = await season.entered(id=clerk)
    await season.attach(draft, "diploma")
    await season.submit(draft)
    assert (await season.decide(draft, "approval", by=season.reviewer(id=clerk))).status == 200


async def _both_begin(season: Season) -> tuple[Draft, list[Answer]]:
    person = await season.has_person()
    answers = await together(*(call(person) for _ in range(4) for call in (season.start, season.enter)))
    return Draft("", 0, person), answers


@pytest.mark.requirement("B3", "M9")
async def test_unit_and_person_begin_at_once(serve: Serve) -> None:
    """Whoever is first: one record for the person, everybody else is told that it exists."""
    season = await exam_season(serve)
    for _ in range(3):
        draft, answers = await _both_begin(season)
        assert Counter(answer.status for answer in answers) == {201: 1, 409: 7}
        assert {answer.code for answer in answers if answer.status == 409} <= {"declaration_exists", "record_exists"}
        assert await season.count(_ALL, draft.person.id) == 1


@pytest.mark.requirement("M9")
async def test_without_the_constraint_both_begin(
    serve: Serve, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the unique key the same burst leaves several records of one person and year."""
    clause = "    ON CONFLICT ON CONSTRAINT uq__declaration__person_id_cycle_id DO NOTHING\n"
    assert clause in declarations._INSERT
    monkeypatch.setattr(declarations, "_INSERT", declarations._INSERT.replace(clause, ""))
    season = await exam_season(serve)
    dsn = engines.stack.around.dsn("declaration_migrator", season.service.database_name)
    migrator = await asyncpg.connect(dsn)
    try:
        await migrator.execute("ALTER TABLE declaration DROP CONSTRAINT uq__declaration__person_id_cycle_id")
    finally:
        await migrator.close()
    draft, _ = await _both_begin(season)
    assert await season.count(_ALL, draft.person.id) > 1
