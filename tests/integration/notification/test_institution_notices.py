"""Who hears of the steps of an institution's life and of licences that run out (4.2, B15, P4)."""

from typing import Any, Final
from uuid import UUID

import pytest

from shared.clock import SystemClock
from shared.contracts.identity import PersonContactChanged
from shared.contracts.institution import ConfirmationCodeGuessed, InstitutionMoved, LicenceEnding
from shared.ids import StaffId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.notification.test_staff_notices import account, texted
from tests.support.service_under_test import Serve, ServiceUnderTest

NAME: Final = "江岸区虚构医院"
# step -> who is told in the app, and who by SMS too
TOLD: Final = {
    "submit": ({"body"}, set[str]()),
    "approve": ({"applicant"}, {"applicant"}),
    "return": ({"applicant"}, {"applicant"}),
    "reject": ({"applicant"}, {"applicant"}),
    "complete": ({"body"}, set[str]()),
    "suspend": ({"owner"}, {"owner"}),
    "resume": ({"owner"}, {"owner"}),
    "merge": ({"owner"}, {"owner"}),
    "close": ({"owner"}, {"owner"}),
}


class Scene:
    """An applicant, the owner of an institution, and the administrator of its exam body, all reachable."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.unit, self.filing_body = new_id(), new_id()
        self.people: dict[str, UUID] = {name: new_id() for name in ("applicant", "owner", "body")}

    async def open(self) -> "Scene":
        """Tell how they are reached."""
        who = self.people
        place = f"{PersonContactChanged.TYPE}.phone:{who['applicant']}"
        contact = {
            "occurred_at": SystemClock().now(),
            "aggregate_version": 1,
            "person_id": who["applicant"],
            "phone": seal_for_event(self.service.keyring, "contact", place, "13911110001"),
        }
        await self.service.deliver(PersonContactChanged.model_validate(contact))
        owner: dict[str, Any] = {"role": "institution_owner", "scope_id": self.unit}
        await self.service.deliver(account(self.service, StaffId(who["owner"]), "13911110002", **owner))
        admin: dict[str, Any] = {"role": "point_admin", "scope_kind": "exam_body", "scope_id": self.filing_body}
        await self.service.deliver(account(self.service, StaffId(who["body"]), "13911110003", **admin))
        return self

    async def told(self) -> dict[str, list[str]]:
        """What each reads in the app."""
        read = {}
        for name, person in self.people.items():
            role: Any = "candidate" if name == "applicant" else "auditor"
            items = (await self.service.caller(role, id=person).get("/messages")).body["items"]
            read[name] = [item["body"] for item in items]
        return read


@pytest.mark.requirement("P4", "B15")
@pytest.mark.parametrize("step", TOLD)
async def test_each_step_is_told_to_whom_it_concerns(serve: Serve, step: str) -> None:
    """Applicant, owner or exam body: exactly those of 4.2 read it once, with the name of the institution and without
    the reason in words; delivered twice, once."""
    scene = await Scene(await serve("notification")).open()
    event = InstitutionMoved.model_validate(
        {
            "occurred_at": SystemClock().now(),
            "aggregate_version": 4,
            "institution_id": scene.unit,
            "institution_name": NAME,
            "step": step,
            "reason_code": None,
            "person_id": scene.people["applicant"] if step in ("submit", "approve", "return", "reject") else None,
            "filing_body_id": scene.filing_body,
        }
    )
    await scene.service.deliver(event)
    await scene.service.deliver(event)
    in_app, by_sms = TOLD[step]
    read = await scene.told()
    assert {name for name, bodies in read.items() if bodies} == in_app
    assert all(len(bodies) == 1 and NAME in bodies[0] for bodies in read.values() if bodies)
    texts = await texted(scene.service)
    assert {recipient for recipient, _, _ in texts} == {scene.people[name] for name in by_sms}


@pytest.mark.requirement("B15")
@pytest.mark.parametrize(("stage", "readers"), [("ending", {"owner"}), ("ended", {"owner", "body"})])
async def test_a_licence_that_runs_out_is_told(serve: Serve, stage: str, readers: set[str]) -> None:
    """Ahead the institution alone, afterwards the exam body too, which decides whether to suspend."""
    scene = await Scene(await serve("notification")).open()
    event = {
        "occurred_at": SystemClock().now(),
        "aggregate_version": 4,
        "institution_id": scene.unit,
        "institution_name": NAME,
        "filing_body_id": scene.filing_body,
        "stage": stage,
        "valid_to": "2027-02-13",
    }
    await scene.service.deliver(LicenceEnding.model_validate(event))
    assert {name for name, bodies in (await scene.told()).items() if bodies} == readers


@pytest.mark.requirement("A20")
async def test_guesses_at_a_confirmation_code_are_told(serve: Serve) -> None:
    """The institution can replace its code, the exam body knows; how often and in what time stands in the message."""
    scene = await Scene(await serve("notification")).open()
    event = {
        "occurred_at": SystemClock().now(),
        "aggregate_version": 4,
        "institution_id": scene.unit,
        "institution_name": NAME,
        "filing_body_id": scene.filing_body,
        "wrong": 50,
        "minutes": 60,
    }
    await scene.service.deliver(ConfirmationCodeGuessed.model_validate(event))
    told = await scene.told()
    assert {name for name, bodies in told.items() if bodies} == {"owner", "body"}
    assert "60 分钟内有人 50 次输错" in told["owner"][0]
    assert {recipient for recipient, _, _ in await texted(scene.service)} == {scene.people["owner"]}
