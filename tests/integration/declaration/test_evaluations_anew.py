"""Evaluations whose declaration is corrected: another unit, another start, other supervisors (4.6, A42, B17)."""

from typing import Any

import pytest

from shared.contracts.declaration import DeclarationSubmitted
from shared.ids import new_id
from tests.integration.declaration.forms import ALLOWANCE, Unit, complete_content, current_period
from tests.integration.declaration.season import Draft, Person, Season, exam_season
from tests.integration.declaration.test_probationers import DUE, records, register
from tests.integration.declaration.working import run
from tests.support.service_under_test import Answer, Serve

QUALIFIED = {"result": "qualified", "opinion": "表现良好"}
PROVISIONAL = {"result": "provisional", "opinion": "试用中，同意"}
WORDS = {"opinion": "能独立完成病历书写与基本操作。"}


async def declared(season: Season, content: dict[str, Any], person: Person | None = None) -> Draft:
    """Handed in, by a fresh graduate with the undertaking."""
    draft = await season.draft(person, content)
    if content["fresh_graduate"]:
        await season.attach(draft, "undertaking_letter")
    done = await season.submit(draft)
    assert done.status == 201, done.body
    return draft


async def corrected(season: Season, draft: Draft, content: dict[str, Any]) -> None:
    """Reopened by the unit, written anew and handed in again."""
    assert (await season.decide(draft, "modification-allowance", ALLOWANCE)).status == 200
    assert (await season.save(draft, content)).status == 200
    if content["fresh_graduate"]:
        await season.attach(draft, "undertaking_letter")
    done = await season.submit(draft)
    assert done.status == 201, done.body


def fresh(unit: Unit) -> dict[str, Any]:
    """Somebody whose year began on 1 August and is not full before the exam."""
    content = complete_content(unit) | {"fresh_graduate": True, "periods": [current_period(unit, "2026-08-01")]}
    content["education"][0] |= {"enrolled_on": "2021-09-01", "graduated_on": "2026-06-30"}
    return content


async def judge(season: Season, draft: Draft, verdict: dict[str, str], unit: Unit | None = None) -> Answer:
    """POST the evaluation by a unit."""
    return await season.reviewer(unit).post(f"/reviews/{draft.id}/evaluation", verdict)


async def moved(season: Season, draft: Draft, other: Unit) -> None:
    """Approved at the first unit, reopened, and handed in at another one."""
    assert (await season.decide(draft, "approval")).status == 200
    assert (await season.decide(draft, "modification-allowance", ALLOWANCE)).status == 200
    await season.binds(draft.person, other)
    draft.version = (await draft.person.api.get(draft.path)).body["declaration"]["version"]
    assert (await season.save(draft, complete_content(other))).status == 200
    done = await season.submit(draft)
    assert done.status == 201, done.body


@pytest.mark.requirement("A42", "B10")
@pytest.mark.parametrize("approved_first", [True, False])
async def test_another_unit_begins_an_evaluation_of_its_own(serve: Serve, approved_first: bool) -> None:
    """Approved at one unit, declared again at another: the second one's verdict is its own, with certificate and list,
    whether it approves or evaluates first; the first one lists nothing of it, and what it registered stays void."""
    season = await exam_season(serve)
    person, other = await season.has_person(), await season.has_unit("江城二院")
    first = (await register(season, person, "2025-07-01")).body
    draft = await season.submitted(person)
    await moved(season, draft, other)
    registered = await season.reviewer(other).post(
        "/probationers",
        {"person_id": str(person.id), "started_on": "2025-07-01", "supervisor_ids": [str(other.supervisor_id)]},
    )
    assert registered.status == 201, registered.body
    if approved_first:
        assert (await season.decide(draft, "approval", by=season.reviewer(other))).status == 200
    judged = await judge(season, draft, QUALIFIED, other)
    assert judged.status == 201, judged.body
    assert judged.body["id"] == registered.body["id"], "the registration goes on"
    theirs = season.reviewer(other)
    assert (await theirs.get(f"/reviews/{draft.id}/evaluation")).body["state"] == "evaluated_qualified"
    path = f"/evaluations/{judged.body['id']}/certificate"
    certified = await theirs.post(path, {"responsible_person": "王建国"}, version=judged.body["version"])
    assert (certified.status, certified.body["state"]) == (200, "certified"), certified.body
    assert [one["state"] for one in (await theirs.get("/evaluations")).body["items"]] == ["certified"]
    assert await records(season) == []
    (old,) = (await season.reviewer().get("/evaluations?state=voided")).body["items"]
    assert old["id"] == first["id"]


@pytest.mark.requirement("A42", "B17")
async def test_a_registration_that_is_corrected_is_not_due(serve: Serve) -> None:
    """Registered a year too early by mistake it is due; registered again with the right start it is under way, and a
    provisional certificate follows. With the same start, it stays due."""
    season = await exam_season(serve)
    person = await season.has_person()
    await register(season, person, "2025-08-01")
    await run(season, DUE)
    same = await register(season, person, "2025-08-01")
    assert same.body["state"] == "due"
    right = await register(season, person, "2026-08-01")
    assert right.body["state"] == "in_progress"
    draft = await declared(season, fresh(season.unit), person)
    assert (await season.decide(draft, "approval")).status == 200
    done = await judge(season, draft, PROVISIONAL)
    assert (done.status, done.body.get("state")) == (201, "provisional_certified"), done.body


@pytest.mark.requirement("A42", "B13")
@pytest.mark.parametrize("approved_again", [True, False])
async def test_what_was_due_for_an_earlier_submission_begins_anew(serve: Serve, approved_again: bool) -> None:
    """Due because filing is near, then corrected to a fresh graduate's declaration: the provisional certificate is
    given, after the approval or before. Of the same submission, what is due stays due."""
    season = await exam_season(serve)
    content = complete_content(season.unit) | {"periods": [current_period(season.unit, "2025-07-01")]}
    draft = await declared(season, content)
    assert (await season.decide(draft, "approval")).status == 200
    await run(season, DUE)
    assert [one["state"] for one in await records(season)] == ["due"]
    await corrected(season, draft, fresh(season.unit))
    if approved_again:
        assert (await season.decide(draft, "approval")).status == 200
    done = await judge(season, draft, PROVISIONAL)
    assert (done.status, done.body.get("state")) == (201, "provisional_certified"), done.body


@pytest.mark.requirement("B17")
async def test_the_registered_start_outlives_the_approval(serve: Serve) -> None:
    """Declared earlier than registered, the submission warns; reopened and handed in again it still does, though the
    year is full by what was declared."""
    season = await exam_season(serve)
    person = await season.has_person()
    await register(season, person, "2025-09-01")
    draft = await season.submitted(person)
    assert (await season.decide(draft, "approval")).status == 200
    await corrected(season, draft, complete_content(season.unit))
    warned = [event.warnings for event in await season.service.published(DeclarationSubmitted)]
    assert warned == [["registered_later"], ["registered_later"]]
    (line,) = await records(season)
    assert (line["started_on"], line["full_on"]) == ("2025-09-01", "2026-06-30")


@pytest.mark.requirement("C2", "B16")
@pytest.mark.parametrize("registered", [False, True])
async def test_the_declared_supervisor_speaks_after_an_early_judgement(serve: Serve, registered: bool) -> None:
    """Certified provisionally before the approval, with or without a registration by another supervisor: the declared
    one's opinion is written down, and nobody else's."""
    season = await exam_season(serve)
    person = await season.has_person()
    former = Unit(season.unit.id, season.unit.name, new_id())
    if registered:
        await season.supervisor_is(former, version=1)
        await register(season, person, "2026-08-01", supervisor_ids=[str(former.supervisor_id)])
    draft = await declared(season, fresh(season.unit), person)
    judged = await judge(season, draft, PROVISIONAL)
    assert judged.status == 201, judged.body
    opinions = f"/evaluations/{judged.body['id']}/opinions"
    written = await season.reviewer().put(f"{opinions}/{season.unit.supervisor_id}", WORDS)
    assert written.status == 200, written.body
    refused = await season.reviewer().put(f"{opinions}/{former.supervisor_id}", WORDS)
    assert refused.code == "supervisor_not_guiding"
    assert (await season.decide(draft, "approval")).status == 200
    (line,) = await records(season)
    assert (line["state"], line["started_on"], line["full_on"]) == (
        "provisional_certified",
        "2026-08-01",
        "2027-07-31",
    )
