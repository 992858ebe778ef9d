"""Who hears of reviews that wait: units, exam bodies and candidates, in the app and by SMS (P6)."""

from datetime import datetime
from typing import Final

import pytest

from shared.clock import SHANGHAI
from shared.contracts.declaration import (
    FirstApprovalOpposed,
    PriorEvidenceRequired,
    PriorRowAnswered,
    PriorRowRequested,
    PriorRowRequestExpired,
    PriorRowUnanswered,
    ReviewAssigned,
    ReviewEscalated,
    ReviewsWaiting,
)
from shared.contracts.event import Event
from shared.ids import new_id
from tests.integration.notification.test_institution_notices import NAME, Scene
from tests.integration.notification.test_staff_notices import texted
from tests.support.service_under_test import Serve

# step -> who is told in the app, and who by SMS too
TOLD: Final = {
    "reminded": ({"owner"}, {"owner"}),
    "escalated": ({"owner", "body"}, {"owner"}),
    "deadline": ({"owner", "body"}, {"owner"}),
}


@pytest.mark.requirement("P6")
@pytest.mark.parametrize("step", TOLD)
async def test_a_waiting_review_is_told_to_whom_it_concerns(serve: Serve, step: str) -> None:
    """Unit and exam body read one message with the number that waits, however often the event comes."""
    scene = await Scene(await serve("notification")).open()
    event = ReviewsWaiting.model_validate(
        {
            "occurred_at": scene.service.clock.now(),
            "aggregate_version": 1,
            "digest_id": new_id(),
            "step": step,
            "institution_id": scene.unit,
            "institution_name": NAME,
            "filing_body_id": scene.filing_body,
            "cycle_year": 2027,
            "waiting": 23,
            "days": 3,
        }
    )
    await scene.service.deliver(event)
    await scene.service.deliver(event)
    in_app, by_sms = TOLD[step]
    read = await scene.told()
    assert {name for name, bodies in read.items() if bodies} == in_app
    assert all(len(bodies) == 1 and "23 份" in bodies[0] and NAME in bodies[0] for bodies in read.values() if bodies)
    assert {recipient for recipient, _, _ in await texted(scene.service)} == {scene.people[name] for name in by_sms}


@pytest.mark.requirement("P6")
async def test_the_candidate_hears_that_the_exam_body_was_told(serve: Serve) -> None:
    """With the receipt number, the unit and the days, in the language that is asked for."""
    scene = await Scene(await serve("notification")).open()
    event = {
        "occurred_at": scene.service.clock.now(),
        "aggregate_version": 4,
        "declaration_id": new_id(),
        "person_id": scene.people["applicant"],
        "institution_id": scene.unit,
        "institution_name": NAME,
        "cycle_year": 2027,
        "number": "D2027-000123",
        "days": 7,
    }
    await scene.service.deliver(ReviewEscalated.model_validate(event))
    told = await scene.told()
    assert {name for name, bodies in told.items() if bodies} == {"applicant"}
    assert all(part in told["applicant"][0] for part in ("D2027-000123", NAME, "7 天", "已通知考试管理机构"))


def _about(scene: Scene, **more: object) -> dict[str, object]:
    return {
        "occurred_at": scene.service.clock.now(),
        "aggregate_version": 4,
        "declaration_id": new_id(),
        "person_id": scene.people["applicant"],
        "institution_id": scene.unit,
        "institution_name": NAME,
        "cycle_year": 2027,
        "number": "D2027-000123",
        **more,
    }


@pytest.mark.requirement("P6")
async def test_who_is_handed_a_review_hears_of_it(serve: Serve) -> None:
    """That account alone, with the receipt number."""
    scene = await Scene(await serve("notification")).open()
    await scene.service.deliver(ReviewAssigned.model_validate(_about(scene, staff_id=scene.people["owner"])))
    told = await scene.told()
    assert {name for name, bodies in told.items() if bodies} == {"owner"}
    assert "D2027-000123" in told["owner"][0]


@pytest.mark.requirement("A38")
async def test_who_approved_first_hears_of_the_disagreement(serve: Serve) -> None:
    """That account alone and once, with the receipt number, and where the reason stands."""
    scene = await Scene(await serve("notification")).open()
    event = FirstApprovalOpposed.model_validate(_about(scene, staff_id=scene.people["owner"]))
    await scene.service.deliver(event)
    await scene.service.deliver(event)
    told = await scene.told()
    assert {name: len(bodies) for name, bodies in told.items() if bodies} == {"owner": 1}
    assert all(part in told["owner"][0] for part in ("D2027-000123", NAME, "内部备注"))


@pytest.mark.requirement("A32")
@pytest.mark.parametrize(
    ("event", "more", "told_to", "by_sms"),
    [
        (PriorRowRequested, {}, "owner", True),
        (PriorRowAnswered, {"answer": "confirmed"}, "owner", False),
        (PriorRowAnswered, {"answer": "refused"}, "owner", False),
        (PriorEvidenceRequired, {"reason_code": "unit_closed"}, "applicant", True),
    ],
)
async def test_earlier_rows_are_told(
    serve: Serve, event: type[Event], more: dict[str, object], told_to: str, by_sms: bool
) -> None:
    """The asked unit, the present unit, the candidate: each hears its part once."""
    scene = await Scene(await serve("notification")).open()
    told = event.model_validate(_about(scene, period_id=new_id(), **more))
    await scene.service.deliver(told)
    await scene.service.deliver(told)
    read = await scene.told()
    assert {name: len(bodies) for name, bodies in read.items() if bodies} == {told_to: 1}
    assert NAME in read[told_to][0]
    texts = {recipient for recipient, _, _ in await texted(scene.service)}
    assert texts == ({scene.people[told_to]} if by_sms else set())


@pytest.mark.requirement("P6", "A32")
@pytest.mark.parametrize(
    ("step", "told_to", "by_sms"),
    [("reminded", {"owner"}, {"owner"}), ("escalated", {"owner", "body"}, {"owner"})],
)
async def test_a_silent_unit_and_its_exam_body_are_told(
    serve: Serve, step: str, told_to: set[str], by_sms: set[str]
) -> None:
    """Once, with the receipt number, the days and until when."""
    scene = await Scene(await serve("notification")).open()
    ends_at = datetime(2027, 1, 4, tzinfo=SHANGHAI)
    more = {"step": step, "filing_body_id": scene.filing_body, "days": 7, "ends_at": ends_at, "period_id": new_id()}
    event = PriorRowUnanswered.model_validate(_about(scene, **more))
    await scene.service.deliver(event)
    await scene.service.deliver(event)
    read = await scene.told()
    assert {name: len(bodies) for name, bodies in read.items() if bodies} == dict.fromkeys(told_to, 1)
    for name in told_to:
        assert all(part in read[name][0] for part in (NAME, "D2027-000123", "7 天", "2027-01-03 24:00"))
    assert {recipient for recipient, _, _ in await texted(scene.service)} == {scene.people[name] for name in by_sms}


@pytest.mark.requirement("P6", "A32")
async def test_candidate_and_unit_hear_what_to_do_when_nobody_answered(serve: Serve) -> None:
    """The candidate: another proof, or ask again; the unit: decide by the certificate, or ask again."""
    scene = await Scene(await serve("notification")).open()
    event = PriorRowRequestExpired.model_validate(_about(scene, period_id=new_id()))
    await scene.service.deliver(event)
    await scene.service.deliver(event)
    read = await scene.told()
    assert {name: len(bodies) for name, bodies in read.items() if bodies} == {"owner": 1, "applicant": 1}
    assert all(part in read["applicant"][0] for part in (NAME, "D2027-000123", "补充", "再次请求"))
    assert all(part in read["owner"][0] for part in (NAME, "D2027-000123", "盖章证明", "再次请求"))
    assert {recipient for recipient, _, _ in await texted(scene.service)} == {scene.people["applicant"]}
