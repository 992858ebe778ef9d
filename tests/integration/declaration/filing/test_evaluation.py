"""Evaluation over HTTP: who passes, who does not, and who may say so (4.6)."""

from datetime import date

import pytest

from shared.contracts.declaration import EvaluationRecorded
from shared.ids import new_id
from tests.integration.declaration.filing.year import exam_year, probation
from tests.support.service_under_test import Serve


@pytest.mark.requirement("B14", "B16")
async def test_qualified_after_a_full_year(serve: Serve) -> None:
    """A full confirmed year gives a qualified evaluation, an event, and then a numbered certificate."""
    year = await exam_year(serve)
    declared = await year.declare()
    evaluation = await year.evaluate(declared)
    assert (evaluation["state"], evaluation["months_counted"]) == ("evaluated_qualified", 14)
    (event,) = await year.service.published(EvaluationRecorded)
    assert (event.declaration_id, event.result, event.aggregate_version) == (declared.id, "qualified", 1)
    certified = await year.unit.post(f"/evaluations/{evaluation['id']}/certificate", version=1)
    assert (certified.status, certified.body["state"]) == (200, "certified")
    assert certified.body["certificate_no"] == "PC2027-4201-000001"


@pytest.mark.requirement("B14")
@pytest.mark.parametrize(
    ("begun", "ended", "code"),
    [
        (date(2026, 3, 1), date(2026, 12, 31), "probation_too_short"),
        (date(2026, 1, 10), None, "probation_too_short"),
        (date(2025, 6, 1), date(2027, 2, 1), "probation_not_over"),
    ],
)
async def test_less_than_a_year_never_qualifies(serve: Serve, begun: date, ended: date | None, code: str) -> None:
    """Below twelve months, or before the last day, `qualified` is refused and nothing is written."""
    year = await exam_year(serve)
    declared = await year.declare(content=probation(begun, ended))
    answer = await year.unit.post(f"/reviews/{declared.id}/evaluation", {"result": "qualified", "opinion": "同意"})
    assert (answer.status, answer.code) == (409, code)
    assert await year.service.published(EvaluationRecorded) == []


async def test_provisional_is_for_fresh_graduates_with_undertaking(serve: Serve) -> None:
    """Provisional takes a fresh graduate, the undertaking, and a start by 31 August of the year before."""
    year = await exam_year(serve)
    body = {"result": "provisional", "opinion": "同意"}
    ordinary = await year.declare()
    without = await year.declare(content=probation(date(2026, 8, 1), None, fresh=True))
    late = await year.declare(content=probation(date(2026, 9, 1), None, fresh=True), undertaking=True)
    fine = await year.declare(content=probation(date(2026, 8, 1), None, fresh=True), undertaking=True)
    answers = [await year.unit.post(f"/reviews/{one.id}/evaluation", body) for one in (ordinary, without, late, fine)]
    assert [one.code for one in answers[:3]] == [
        "provisional_only_for_fresh_graduates",
        "provisional_only_for_fresh_graduates",
        "provisional_start_too_late",
    ]
    assert (answers[3].status, answers[3].body["state"]) == (201, "provisional_certified")


@pytest.mark.requirement("B9")
async def test_guards_of_people_and_institution(serve: Serve) -> None:
    """Nobody evaluates himself, no stranger evaluates, a draft profile does not evaluate, one result per submission."""
    year = await exam_year(serve)
    declared = await year.declare()
    path, body = f"/reviews/{declared.id}/evaluation", {"result": "qualified", "opinion": "同意"}
    self_made = year.service.caller(
        "institution_business_admin", scope_id=year.institution_id, person_id=declared.person_id
    )
    stranger = year.service.caller("institution_business_admin", scope_id=new_id())
    unfinished = new_id()
    await year.institution_exists(unfinished, profile_complete=False)
    elsewhere = await year.declare(institution_id=unfinished)
    their_admin = year.service.caller("institution_business_admin", scope_id=unfinished)
    assert (await self_made.post(path, body)).code == "cannot_evaluate_oneself"
    assert (await stranger.post(path, body)).status == 404
    refused = await their_admin.post(f"/reviews/{elsewhere.id}/evaluation", body)
    assert refused.code == "evaluation_needs_profile"
    no_reason = await year.unit.post(path, body | {"result": "unqualified"})
    assert (no_reason.status, no_reason.code) == (422, "evaluation_reason_missing")
    await year.evaluate(declared)
    assert (await year.unit.post(path, body)).code == "evaluation_already_recorded"


async def test_new_submission_voids_the_old_judgement(serve: Serve) -> None:
    """After a resubmission the person is evaluated again, and the first judgement does not count any more."""
    year = await exam_year(serve)
    declared = await year.declare()
    first = await year.evaluate(declared)
    await year.resubmit(declared)
    second = await year.evaluate(declared, "unqualified")
    async with year.service.database.read() as reader:
        states = dict(await reader.fetch("SELECT id::text, state FROM evaluation"))
    assert states == {first["id"]: "voided", second["id"]: "evaluated_unqualified"}
