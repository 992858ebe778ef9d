"""Who hears of evaluations: candidates, units and exam bodies, in the app and by SMS (4.6, P12)."""

import pytest

from shared.contracts.declaration import DeclarationRevoked
from shared.contracts.declaration_evaluation import (
    EvaluationRecorded,
    EvaluationsWaiting,
    EvaluationVoided,
    FullYearLapsed,
    FullYearReminded,
    ProbationRegistered,
)
from shared.contracts.event import Event
from shared.ids import new_id
from tests.integration.notification.test_institution_notices import NAME, Scene
from tests.integration.notification.test_staff_notices import texted
from tests.support.service_under_test import Serve


def about(scene: Scene, **more: object) -> dict[str, object]:
    """What events about one evaluated person carry."""
    return {
        "occurred_at": scene.service.clock.now(),
        "aggregate_version": 2,
        "evaluation_id": new_id(),
        "declaration_id": new_id(),
        "person_id": scene.people["applicant"],
        "institution_id": scene.unit,
        "institution_name": NAME,
        "cycle_year": 2027,
        "number": "D2027-000123",
        **more,
    }


async def hears(scene: Scene, event: Event, in_app: set[str], by_sms: set[str]) -> dict[str, list[str]]:
    """Deliver it twice; what each read, once."""
    await scene.service.deliver(event)
    await scene.service.deliver(event)
    told: dict[str, list[str]] = await scene.told()
    assert {name: len(bodies) for name, bodies in told.items() if bodies} == dict.fromkeys(in_app, 1)
    texts = {recipient for recipient, _, _ in await texted(scene.service)}
    assert texts == {scene.people[name] for name in by_sms}
    return told


@pytest.mark.requirement("P12")
@pytest.mark.parametrize(
    ("step", "in_app", "by_sms", "part"),
    [
        ("due", {"owner"}, {"owner"}, "12 人"),
        ("full_year", {"owner"}, {"owner"}, "30 天"),
        ("lapsed", {"owner", "body"}, set(), "12 名"),
    ],
)
async def test_units_hear_how_many(serve: Serve, step: str, in_app: set[str], by_sms: set[str], part: str) -> None:
    """The unit reads one message with the number; of what lapsed the exam body hears too."""
    scene = await Scene(await serve("notification")).open()
    event = {
        "occurred_at": scene.service.clock.now(),
        "aggregate_version": 1,
        "digest_id": new_id(),
        "step": step,
        "institution_id": scene.unit,
        "institution_name": NAME,
        "filing_body_id": scene.filing_body,
        "cycle_year": None if step == "due" else 2027,
        "waiting": 12,
        "days": 30 if step == "full_year" else 0,
    }
    told = await hears(scene, EvaluationsWaiting.model_validate(event), in_app, by_sms)
    assert all(part in told[name][0] and NAME in told[name][0] for name in in_app)


@pytest.mark.requirement("P12")
@pytest.mark.parametrize(
    ("event", "more", "parts"),
    [
        (FullYearReminded, {"step": 30, "days": 30}, ("D2027-000123", "30 天", NAME)),
        (FullYearLapsed, {}, ("D2027-000123", "2027", NAME)),
    ],
)
async def test_the_candidate_hears_of_the_full_year(
    serve: Serve, event: type[Event], more: dict[str, object], parts: tuple[str, ...]
) -> None:
    """With the receipt number and what is left or lost, in the app and by SMS."""
    scene = await Scene(await serve("notification")).open()
    told = await hears(scene, event.model_validate(about(scene, **more)), {"applicant"}, {"applicant"})
    assert all(part in told["applicant"][0] for part in parts)


@pytest.mark.requirement("B10")
@pytest.mark.parametrize(("by", "in_app"), [("unit", {"applicant"}), ("exam_body", {"applicant", "owner"})])
async def test_a_voided_certificate_is_told(serve: Serve, by: str, in_app: set[str]) -> None:
    """The candidate hears; the unit hears of what the exam body voided."""
    scene = await Scene(await serve("notification")).open()
    event = about(scene, by=by, outcome="reopened", reason_code="information_wrong")
    told = await hears(scene, EvaluationVoided.model_validate(event), in_app, {"applicant"})
    assert all("D2027-000123" in told[name][0] for name in in_app)


@pytest.mark.requirement("R08")
@pytest.mark.parametrize(("result", "words"), [("qualified", "合格"), ("unqualified", "不合格")])
async def test_candidate_and_exam_body_hear_of_a_full_year_result(serve: Serve, result: str, words: str) -> None:
    """The exam body of filing reads unit, number and result; of a first judgement the candidate alone hears."""
    scene = await Scene(await serve("notification")).open()
    event = about(scene, result=result, filing_body_id=scene.filing_body)
    first = EvaluationRecorded.model_validate(event)
    await hears(scene, first, {"applicant"}, {"applicant"})
    await scene.service.deliver(EvaluationRecorded.model_validate(event | {"full_year": True, "aggregate_version": 3}))
    told = await scene.told()
    assert len(told["applicant"]) == 2
    (read,) = told["body"]
    assert all(part in read for part in ("D2027-000123", NAME, f"：{words}"))


@pytest.mark.requirement("B13")
async def test_a_revocation_by_an_exam_body_is_told_to_the_candidate_too(serve: Serve) -> None:
    """By the declaration's number, in the app and by SMS; the unit reads it in the app."""
    scene = await Scene(await serve("notification")).open()
    event = {name: value for name, value in about(scene).items() if name in DeclarationRevoked.model_fields}
    event |= {"reason_code": "certificate_false", "by": "exam_body"}
    told = await hears(scene, DeclarationRevoked.model_validate(event), {"applicant", "owner"}, {"applicant"})
    assert all("D2027-000123" in told[name][0] for name in ("applicant", "owner"))


@pytest.mark.requirement("B17")
async def test_the_person_hears_of_the_registration(serve: Serve) -> None:
    """With the unit and the day that it registered."""
    scene = await Scene(await serve("notification")).open()
    event = {name: value for name, value in about(scene).items() if name in ProbationRegistered.model_fields}
    told = await hears(
        scene, ProbationRegistered.model_validate(event | {"started_on": "2026-12-01"}), {"applicant"}, set()
    )
    assert "2026-12-01" in told["applicant"][0]
