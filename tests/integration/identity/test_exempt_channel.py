"""Military people and those whose document can not be entered are shown where to go, and say so here (A17, A18, C9)."""

import pytest

from shared.contracts.identity import ExemptChannelChanged, ExemptPerson
from shared.ids import new_id
from shared.security.subject_sealing import open_from_event
from tests.integration.identity.people import resident_number, some_morning
from tests.integration.identity.reviewing import waits
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest


def military(n: int = 7, **more: str) -> dict[str, str]:
    """The choice of somebody in the military."""
    return {"kind": "military", "name": "军医试", "document_no": resident_number(n)} | more


async def somebody(service: ServiceUnderTest, n: int) -> Caller:
    """A person."""
    caller, _ = await waits(service, f"E000000{n}", n=n)
    return caller


@pytest.mark.requirement("A17", "A18", "C9")
async def test_choosing_the_military_channel_shows_what_to_do(serve: Serve) -> None:
    """Both proofs from regiment level, the network, and the site of the trial institution are listed in both languages;
    the choice leaves for the others with the document sealed, and is taken back the same way."""
    service = await serve("identity", some_morning())
    caller = await somebody(service, 1)
    before = (await caller.get("/exempt-channel")).body
    assert (before["chosen"], before["exam_year"]) == (None, 2027)
    steps = {step["code"]: step["message"] for step in before["channels"][0]["steps"]}
    assert list(steps) == [
        "go_to_provincial_network",
        "proof_of_education",
        "proof_of_evaluation",
        "site_of_trial_institution",
        "use_resident_id",
    ]
    assert all("团级以上" in steps[code] for code in ("proof_of_education", "proof_of_evaluation"))
    assert "试用机构所在考点" in steps["site_of_trial_institution"]
    english = await caller.call("GET", "/exempt-channel", headers={"Accept-Language": "en"})
    assert all(step["message"].isascii() for one in english.body["channels"] for step in one["steps"])
    chosen = await caller.post("/exempt-channel", military())
    assert (chosen.status, chosen.body["chosen"]) == (200, "military")
    back = await caller.post("/exempt-channel/withdrawal")
    assert (back.status, back.body["chosen"]) == (200, None)
    assert (await caller.post("/exempt-channel/withdrawal")).code == "no_exempt_choice"
    first, second = await service.published(ExemptChannelChanged)
    assert [(e.state, e.kind, e.exam_year) for e in (first, second)] == [
        ("chosen", "military", 2027),
        ("withdrawn", "military", 2027),
    ]
    assert (second.aggregate_version, second.person) == (first.aggregate_version + 1, None)
    place = f"{ExemptChannelChanged.TYPE}.person:{first.person_id}"
    said = ExemptPerson.model_validate_json(await open_from_event(service.keyring, "person", place, first.person))
    assert (said.name, said.document_type, said.document_no) == ("军医试", "resident_id", resident_number(7))
    assert resident_number(7) not in first.model_dump_json()


@pytest.mark.requirement("A17")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (military(document_type="officer_card", document_no="某字第1234567号"), "exempt_document_wrong"),
        (military(document_type="hk_id", document_no="A1234563"), "exempt_document_wrong"),
        (military() | {"kind": "document_not_enterable"}, "exempt_document_wrong"),
        (military(document_no="420106199003075678"), "document_number_invalid"),
        (military() | {"kind": "anything"}, "invalid_body"),
    ],
)
async def test_each_channel_has_its_documents(serve: Serve, body: dict[str, str], code: str) -> None:
    """The military register with the resident ID card; the other channel is for Hong Kong, Macau and Taiwan."""
    service = await serve("identity", some_morning())
    caller = await somebody(service, 1)
    refused = await caller.post("/exempt-channel", body)
    assert (refused.status, refused.code) == (422, code) or (code == "invalid_body" and refused.status == 422)
    assert not await service.published(ExemptChannelChanged)


@pytest.mark.requirement("A17", "A19")
async def test_a_document_that_can_not_be_entered(serve: Serve) -> None:
    """A resident of Hong Kong chooses the other channel with the card and is told of the internship form."""
    service = await serve("identity", some_morning())
    caller = await somebody(service, 1)
    body = {"kind": "document_not_enterable", "name": "Ada Wong", "document_no": "A123456(3)", "document_type": "hk_id"}
    chosen = await caller.post("/exempt-channel", body)
    assert (chosen.status, chosen.body["chosen"]) == (200, "document_not_enterable")
    assert "internship_form" in [step["code"] for step in chosen.body["channels"][1]["steps"]]


@pytest.mark.requirement("V31", "V32")
async def test_a_number_of_somebody_else_can_not_be_exempted(serve: Serve) -> None:
    """A number that another person proved to hold is refused, and trying numbers out is limited as checks are."""
    service = await serve("identity", some_morning())
    staff = service.caller("identity_reviewer")
    _, holder = await waits(service, resident_number(7), "军医试", kind="resident_id", n=1)
    assert (await staff.post(f"/verification-requests/{holder}/approval", {}, version=1)).status == 200
    caller = await somebody(service, 2)
    assert (await caller.post("/exempt-channel", military(7))).code == "document_held_by_another"
    statuses = [(await caller.post("/exempt-channel", military(20 + n))).status for n in range(6)]
    assert statuses == [200] * 5 + [429]
    zone = service.caller("zone_admin", scope_id=new_id())
    assert (await zone.post(f"/persons/{holder}/revocation", {"reason_code": "fraud"}, version=2)).status == 200
    revoked = service.caller("candidate", id=holder)
    assert (await revoked.post("/exempt-channel", military(7))).code == "verification_not_allowed"
