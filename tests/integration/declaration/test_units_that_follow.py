"""A unit sees a declaration from the moment it is handed in to it, and nothing that was handed in to another one
(section 2, rule 2)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.identity import PersonRevoked
from shared.ids import PersonId, new_id
from tests.integration.declaration.careers import asked, career
from tests.integration.declaration.filing.test_former_units import goes_on_at, handed_in_at
from tests.integration.declaration.forms import ALLOWANCE, REASONS, Unit, complete_content, current_period
from tests.integration.declaration.returning import submit_again
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.integration.declaration.test_claims import knows
from tests.support.service_under_test import Caller, Serve

WORDS = "请核对本院考勤"
WRONG = {"reasons": [{"pointer": "", "code": "other", "text": WORDS}]}
QUALIFIED = {"result": "qualified", "opinion": "表现良好"}


async def begun_anew(season: Season, other: Unit) -> tuple[Draft, str]:
    """Rejected with a reason by the first unit, begun again at the other one; the id of the file of the first."""
    draft = await season.submitted()
    file_id = (await season.reviewer().get(f"/reviews/{draft.id}")).body["documents"][0]["id"]
    assert (await season.decide(draft, "rejection", WRONG)).status == 200
    season.later(timedelta(minutes=1))
    await goes_on_at(season, draft, other)
    return draft, file_id


async def refusals(draft: Draft, file_id: str, by: Caller) -> dict[str, int]:
    """What each route of a declaration answers to a unit."""
    review = f"/reviews/{draft.id}"
    reads = ["", f"/files/{file_id}", f"/files/{file_id}/pages/1", "/difference", "/period-timeline", "/notes"]
    steps: dict[str, Any] = {
        "claim": None,
        "claim-extension": None,
        "approval": None,
        "return": REASONS,
        "rejection": WRONG,
        "modification-allowance": ALLOWANCE,
    }
    answers = {path: (await by.get(f"{review}{path}")).status for path in [*reads, "/evaluation"]}
    for step, body in steps.items():
        answers[step] = (await by.post(f"{review}/{step}", body, version=draft.version)).status
    answers["note"] = (await by.post(f"{review}/notes", {"text": WORDS})).status
    answers["judge"] = (await by.post(f"{review}/evaluation", QUALIFIED)).status
    return answers


async def is_hidden(season: Season, draft: Draft, file_id: str, unit: Unit) -> None:
    """Neither on a page nor in a list, a count, a search or a bulk of this unit."""
    staff_id = await knows(season, new_id(), scope_id=unit.id)
    by = season.reviewer(unit, id=staff_id)
    assert {path: code for path, code in (await refusals(draft, file_id, by)).items() if code != 404} == {}
    everything = (await by.get("/reviews?state=all")).body
    assert (everything["items"], everything["counts"]) == ([], {})
    number = (await draft.person.api.get(draft.path)).body["declaration"]["number"]
    for text in (number, draft.person.name, draft.person.document_no):
        assert (await by.post("/review-searches", {"q": text, "state": "all"})).body["items"] == []
    bulk = {"decision": "approve", "items": [{"id": draft.id, "version": draft.version}]}
    sent = await by.post("/bulk-decisions", bulk)
    assert sent.status == 201, sent.body
    assert await _rows(by, sent.body["id"]) == [["number_unknown"]]
    assert (await by.get("/evaluations")).body["items"] == []


async def _rows(by: Caller, bulk_id: str) -> list[list[str]]:
    """The codes of what is wrong with each row of a bulk."""
    rows = (await by.get(f"/bulk-decisions/{bulk_id}/rows?limit=100")).body["items"]
    return [[one["code"] for one in row["problems"]] for row in rows]


@pytest.mark.requirement("V64", "A37")
@pytest.mark.parametrize("end", ["draft", "revoked"])
async def test_a_new_start_shows_the_new_unit_nothing(serve: Serve, end: str) -> None:
    """Rejected at one unit and begun again at another one: until it is handed in there that unit finds it nowhere, nor
    when the record ends before. Once handed in, it does."""
    season = await exam_season(serve)
    other = await season.has_unit("江城二院")
    draft, file_id = await begun_anew(season, other)
    if end == "revoked":
        at = season.clock.now()
        person = PersonId(draft.person.id)
        await season.service.deliver(
            PersonRevoked(occurred_at=at, aggregate_version=2, person_id=person, reason_code="fraud", revoked_at=at)
        )
        assert await season.state_of(draft) == "revoked"
    await is_hidden(season, draft, file_id, other)
    if end == "draft":
        await handed_in_at(season, draft, other)
        theirs = season.reviewer(other)
        assert (await theirs.get("/reviews")).body["counts"] == {"submitted": 1}
        assert (await theirs.get(f"/reviews/{draft.id}")).status == 200


@pytest.mark.requirement("V64", "P18")
@pytest.mark.parametrize("way", ["rejected", "returned"])
async def test_what_was_handed_in_elsewhere_stays_there(serve: Serve, way: str) -> None:
    """Handed in at a second unit after the first one rejected or returned it: page, difference and history have
    nothing of the first submission, its reasons and their answers; of the second unit's own return they have all."""
    season = await exam_season(serve)
    other = await season.has_unit("江城二院")
    theirs = season.reviewer(other)
    if way == "rejected":
        draft, _ = await begun_anew(season, other)
        await handed_in_at(season, draft, other)
    else:
        draft = await season.submitted()
        assert (await season.decide(draft, "return", WRONG)).status == 200
        await season.binds(draft.person, other)
        assert (await season.save(draft, complete_content(other))).status == 200
        assert (await submit_again(season, draft)).status == 201
    page = (await theirs.get(f"/reviews/{draft.id}")).body
    assert page["changes"] == []
    assert [one["action"] for one in page["timeline"]][-1] == "submit"
    assert {(tuple(one["reason_codes"]), tuple(one["reasons"])) for one in page["timeline"]} == {((), ())}
    shown = (await theirs.get(f"/reviews/{draft.id}/difference")).body
    assert (shown["since"], shown["reasons"], shown["changes"]) == (None, [], [])
    assert (await theirs.get(f"/reviews/{draft.id}/difference?since=1")).status == 404
    first = await season.count("SELECT version FROM declaration_snapshot WHERE submission = 1")
    late = await theirs.post(f"/reviews/{draft.id}/approval", version=first)
    assert (late.code, late.body.get("errors") or []) == ("stale_version", [])
    assert WORDS not in str((page, shown, late.body))
    own = (await draft.person.api.get(f"{draft.path}/timeline")).body
    assert WORDS in str(own), "the candidate goes on seeing why"
    assert (await season.decide(draft, "return", REASONS, by=theirs)).status == 200
    content = complete_content(other) | {"periods": [current_period(other, "2025-07-05")]}
    assert (await season.save(draft, content)).status == 200
    assert (await submit_again(season, draft)).status == 201
    page = (await theirs.get(f"/reviews/{draft.id}")).body
    assert "/periods/0/from" in {one["pointer"] for one in page["changes"]}
    assert [one["reason_codes"] for one in page["timeline"] if one["reason_codes"]] == [["period_wrong"]]
    shown = (await theirs.get(f"/reviews/{draft.id}/difference")).body
    assert (shown["since"], [one["code"] for one in shown["reasons"]]) == (2, ["period_wrong"])
    assert (await theirs.get(f"/reviews/{draft.id}/difference?since=2")).status == 200


@pytest.mark.requirement("V64", "A32")
async def test_what_a_former_unit_said_of_a_row_stays_there(serve: Serve) -> None:
    """The earlier row was confirmed at the first unit; at the second one it waits, and that it was ever confirmed is
    the candidate's to know."""
    one = await career(serve)
    season, draft = one.season, one.draft
    assert (await one.say("confirmed")).status == 200
    assert (await season.decide(draft, "rejection", WRONG)).status == 200
    other = await season.has_unit("江城二院")
    season.later(timedelta(minutes=1))
    await goes_on_at(season, draft, other)
    content = (await draft.person.api.get(draft.path)).body["content"]
    content["periods"] = [row for row in content["periods"] if not row["is_current"]] + [current_period(other)]
    assert (await season.save(draft, content)).status == 200
    season.later(timedelta(minutes=1))
    assert (await season.submit(draft)).status == 201
    assert (await one.confirmation())["voided_state"] == "confirmed_by_current"
    (shown,) = (await season.reviewer(other).get(f"/reviews/{draft.id}")).body["confirmations"]
    assert (shown["state"], shown["voided_at"], shown["voided_state"]) == ("pending", None, None)


@pytest.mark.requirement("V64")
async def test_where_somebody_went_is_not_told_to_those_who_were_left(serve: Serve) -> None:
    """Rejected and begun again elsewhere: the earlier unit that was asked sees who asked it, not the new unit; in the
    former one's list of evaluations its own judgement stays, and how the declaration stands now is not told."""
    one = await career(serve)
    season, draft = one.season, one.draft
    judged = await season.reviewer().post(f"/reviews/{draft.id}/evaluation", QUALIFIED)
    assert judged.status == 201, judged.body
    await asked(one)
    assert (await season.decide(draft, "rejection", WRONG)).status == 200
    other = await season.has_unit("江城二院")
    await goes_on_at(season, draft, other)
    (request,) = (await season.reviewer(one.former).get("/prior-row-requests")).body["items"]
    assert request["institution_name"] == season.unit.name
    shown = await season.reviewer(one.former).get(f"/prior-row-requests/{draft.id}/{one.row['id']}")
    assert (shown.status, other.name in str(shown.body)) == (200, False), shown.body
    (own,) = (await season.reviewer().get("/evaluations?state=voided")).body["items"]
    assert (own["id"], own["declaration_state"]) == (judged.body["id"], None)


@pytest.mark.requirement("A32")
async def test_what_a_former_unit_asked_is_no_question_of_the_next_one(serve: Serve) -> None:
    """An earlier unit was asked and had not answered: once the declaration is handed in elsewhere nobody waits for it,
    and the new unit asks for itself."""
    one = await career(serve)
    season, draft = one.season, one.draft
    await asked(one)
    assert (await season.decide(draft, "rejection", WRONG)).status == 200
    other = await season.has_unit("江城二院")
    await goes_on_at(season, draft, other)
    content = (await draft.person.api.get(draft.path)).body["content"]
    content["periods"] = [row for row in content["periods"] if not row["is_current"]] + [current_period(other)]
    assert (await season.save(draft, content)).status == 200
    assert (await season.submit(draft)).status == 201
    assert (await season.reviewer(one.former).get("/prior-row-requests")).body["items"] == []
    again = await season.decide(draft, f"prior-rows/{one.row['id']}/request", by=season.reviewer(other))
    assert again.status == 200, again.body
    (request,) = (await season.reviewer(one.former).get("/prior-row-requests")).body["items"]
    assert request["institution_name"] == other.name
