"""A unit that is not in the library is registered by its head and reviewed by the area's exam body (A20, P4, 4.2)."""

import asyncio
import io
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image

from shared.contracts.institution import InstitutionChanged, InstitutionMoved, StaffRequested
from shared.ids import new_id
from tests.integration.institution.applying import JPEG, claimed, drafted, form, submitted
from tests.integration.institution.library import Library

WRONG_CHECK = "91350100M000100Y44"


@pytest.mark.requirement("A20", "P4")
async def test_a_unit_is_registered_by_its_head_and_approved(library: Library) -> None:
    """Draft, picture, submission, claim, approval: active in the library, announced once, its owner's invitation asked
    for in the approver's name, and every step visible to the applicant with its time."""
    applicant = await claimed(library, library.zone)
    approved = await applicant.decide(library.zone, "approval", {})
    assert (approved.status, approved.body["state"]) == (200, "active")
    (changed,) = await library.service.published(InstitutionChanged)
    assert (str(changed.institution_id), changed.state, changed.profile_complete) == (applicant.id, "active", True)
    asked = (await library.service.published(StaffRequested))[-1]
    assert (asked.role, str(asked.scope_id)) == ("institution_owner", applicant.id)
    assert asked.requested_by is not None
    seen = await applicant.look()
    assert [step["step"] for step in seen["steps"]] == ["apply", "submit", "claim", "approve"]
    assert all(step["taken_at"].startswith("2026-12-15T12:00") for step in seen["steps"])
    listed = (await library.zone.get("/institutions?state=active")).body["items"]
    assert [item["id"] for item in listed] == [applicant.id]


@pytest.mark.requirement("A20", "C1", "B6")
async def test_nobody_binds_before_an_owner_answers_for_an_approved_unit(library: Library) -> None:
    """Approved, the unit has no confirmation code; it gets one when its owner accepted the responsibility, once."""
    applicant = await claimed(library, library.zone)
    assert (await applicant.decide(library.zone, "approval", {})).status == 200
    hospital = library.hospital_of(UUID(applicant.id))
    assert (await hospital.owner.get(f"/institutions/{hospital.id}/confirmation-code")).code == "no_confirmation_code"
    await library.accept(hospital)
    code = await library.code_of(hospital)
    await library.accept(hospital, version=3)
    assert await library.code_of(hospital) == code
    _, person = await library.person()
    bound = await person.post("/bindings", await library.entry(hospital))
    assert (bound.status, bound.body["state"]) == (201, "active")


@pytest.mark.requirement("P4")
async def test_what_is_missing_is_said_and_keeps_it_from_review(library: Library) -> None:
    """A piece is kept as draft; everything that is missing is named, the picture too, and submission is refused."""
    applicant = await drafted(library, profile={"address": "湖北省武汉市虚构路1号"})
    refused = await applicant.submit()
    assert (refused.status, refused.code) == (422, "application_incomplete")
    pointers = {one["pointer"] for one in refused.body["errors"]}
    assert {"/licence_image", "/profile/probation_officer", "/profile/probation_officer_phone"} <= pointers
    seen = await applicant.look()
    assert {one["pointer"] for one in seen["missing"]} == pointers
    assert seen["state"] == "draft"


@pytest.mark.requirement("B15")
async def test_an_expired_licence_is_not_submitted(library: Library) -> None:
    """An institution must be lawful: a licence past its last day is named as the obstacle."""
    applicant = await drafted(library, profile={**library.profile(), "licence_valid_to": "2026-12-14"})
    assert (await applicant.upload()).status == 200
    refused = await applicant.submit()
    assert [one["code"] for one in refused.body["errors"]] == ["licence_expired"]


@pytest.mark.requirement("P4")
async def test_a_returned_application_is_corrected_and_submitted_again(library: Library) -> None:
    """The reason and the words reach the applicant; corrected, it goes round again; the reviewer's note is not told
    to anybody by event."""
    applicant = await claimed(library, library.zone)
    note = "许可证照片反光，请重拍"
    back = await applicant.decide(library.zone, "return", {"reason_code": "licence_unclear", "note": note})
    assert back.body["state"] == "returned"
    last = (await applicant.look())["steps"][-1]
    assert (last["reason_code"], last["note"]) == ("licence_unclear", note)
    assert last["reason"] == "许可证照片不清晰或不完整"
    corrected = form(library, name="虚构改名诊所")
    assert (await applicant.correct(corrected)).status == 200
    assert (await applicant.submit()).body["state"] == "submitted"
    assert (await applicant.look())["name"] == "虚构改名诊所"
    moved = await library.service.published(InstitutionMoved)
    assert [(one.step, one.person_id) for one in moved] == [
        ("submit", applicant.person_id),
        ("return", applicant.person_id),
        ("submit", applicant.person_id),
    ]
    assert note not in str(moved)


async def test_reasons_are_chosen_from_the_catalogue(library: Library) -> None:
    """A code of another step is refused, `other` needs words, and the catalogue speaks both languages."""
    applicant = await claimed(library, library.zone)
    wrong = await applicant.decide(library.zone, "rejection", {"reason_code": "licence_unclear"})
    assert (wrong.status, wrong.code) == (422, "reason_not_offered")
    assert (await applicant.decide(library.zone, "rejection", {"reason_code": "other"})).code == "note_missing"
    offered = (await library.zone.get("/institution-reasons?step=reject")).body["items"]
    assert "not_lawful" in {one["code"] for one in offered}
    done = await applicant.decide(library.zone, "rejection", {"reason_code": "not_lawful"})
    assert done.body["state"] == "rejected"
    assert (await applicant.correct(form(library))).code == "institution_not_editable"


@pytest.mark.requirement("B5")
async def test_an_application_goes_to_the_body_of_its_area(library: Library) -> None:
    """The nearest body that covers the county gets it and those above see it; a neighbour finds nothing and can not
    decide; drafts are the applicant's alone."""
    site = await library.body_id("site", library.zone_id, ["420100"])
    point = await library.body_id("point", site, ["420102"])
    other = library.staff("site_admin", await library.body_id("site", library.zone_id, ["420200"]))
    draft, waiting = await drafted(library), await submitted(library)
    assert (await waiting.look())["filing_body_id"] == str(point)
    for caller in (library.staff("point_admin", point), library.staff("site_admin", site), library.zone):
        items = (await caller.get("/institution-applications")).body["items"]
        assert [item["id"] for item in items] == [waiting.id]
        assert (await caller.get(draft.review)).status == 404
        assert (await caller.get(f"/institutions/{waiting.id}")).status == 404
    assert (await other.get("/institution-applications")).body["items"] == []
    assert (await other.get(waiting.review)).status == 404
    assert (await waiting.decide(other, "claim")).status == 404


async def test_one_reviewer_at_a_time_until_the_claim_ends(library: Library) -> None:
    """While a claim holds another reviewer can not decide; when it has ended, anybody of the area can."""
    second = library.staff("zone_admin", library.zone_id)
    applicant = await claimed(library, library.zone)
    reject = {"reason_code": "no_trial_institution"}
    assert (await applicant.decide(second, "rejection", reject)).code == "application_held_by_another"
    mine = (await library.zone.get("/institution-applications?held=mine")).body["items"]
    others = (await second.get("/institution-applications?held=others")).body["items"]
    assert [one["id"] for one in mine] == [one["id"] for one in others] == [applicant.id]
    library.clock.advance(timedelta(minutes=61))
    second = library.staff("zone_admin", library.zone_id)
    assert (await applicant.decide(second, "rejection", reject)).body["state"] == "rejected"


async def test_nobody_decides_on_the_own_application(library: Library) -> None:
    """A reviewer who applied as a person is refused at every step (four eyes)."""
    applicant = await submitted(library)
    self_same = library.service.caller("zone_admin", scope_id=library.zone_id, person_id=applicant.person_id)
    refused = await applicant.decide(self_same, "claim")
    assert (refused.status, refused.code) == (403, "own_application")


@pytest.mark.requirement("B7")
async def test_duplicates_are_refused_or_hinted(library: Library) -> None:
    """What the library has under this name or number can not be applied for; what only looks alike is shown to the
    reviewer, in the county and among other applications."""
    profile = library.profile()
    await library.issued(name="江岸区虚构口腔医院", registration_no=profile["registration_no"])
    taken = library.service.caller("candidate")
    same_number = await taken.post("/own-institution-applications", form(library, profile=profile))
    assert (same_number.status, same_number.code) == (409, "registration_no_taken")
    same_name = await taken.post("/own-institution-applications", form(library, name="江岸区虚构口腔 医院"))
    assert same_name.code == "institution_name_taken"
    alike = await submitted(library, name="江岸虚构口腔医院")
    other = await submitted(library, name="江岸虚构口腔专科医院")
    await submitted(library, name="无关的诊所")
    hints = (await library.zone.get(alike.review)).body["possible_duplicates"]
    assert [one["name"] for one in hints] == ["江岸区虚构口腔医院", "江岸虚构口腔专科医院"]
    assert hints[1]["id"] == other.id


@pytest.mark.requirement("B7")
async def test_what_entered_the_library_meanwhile_blocks_the_approval(library: Library) -> None:
    """Two applications under one licence number: the first approval wins, the second is refused and nothing of it
    enters."""
    profile = library.profile()
    first = await claimed(library, library.zone, profile=profile)
    second = await claimed(library, library.zone, profile=profile)
    answers = await asyncio.gather(
        first.decide(library.zone, "approval", {}), second.decide(library.zone, "approval", {})
    )
    assert sorted((one.status, one.code) for one in answers) == [(200, ""), (409, "registration_no_taken")]
    owners = [one for one in await library.service.published(StaffRequested) if one.role == "institution_owner"]
    assert len(owners) == 1


@pytest.mark.requirement("B7")
async def test_a_credit_code_that_fails_its_check_needs_an_explained_override(library: Library) -> None:
    """The applicant may hand it in; approval blocks until the exam body takes it on itself with a reason, recorded."""
    applicant = await claimed(library, library.zone, profile={**library.profile(), "credit_code": WRONG_CHECK})
    assert (await library.zone.get(applicant.review)).body["credit_code_checks"] is False
    assert (await applicant.decide(library.zone, "approval", {})).code == "profile_wrong"
    accepted = {"accept_unchecked_credit_code": True}
    assert (await applicant.decide(library.zone, "approval", accepted)).code == "override_unexplained"
    why = "已核对法人证书原件"
    done = await applicant.decide(library.zone, "approval", {**accepted, "credit_code_reason": why})
    assert done.body["state"] == "active"
    async with library.service.database.read() as reader:
        entry = await reader.fetchval("SELECT entry FROM audit_entry WHERE action = 'institution.approve'")
    assert why in entry


async def test_one_person_has_few_open_applications(library: Library) -> None:
    """The fourth open application is refused, also when eight come at once."""
    api = library.service.caller("candidate", id=new_id())
    answers = await asyncio.gather(*(api.post("/own-institution-applications", form(library)) for _ in range(8)))
    assert sorted(one.status for one in answers) == [201] * 3 + [409] * 5
    assert {one.code for one in answers if one.status == 409} == {"too_many_applications"}


@pytest.mark.requirement("V33", "V34")
async def test_the_picture_is_inspected_marked_and_every_look_recorded(library: Library) -> None:
    """What is no picture is refused; the reviewer sees another picture than the one uploaded, and the look stands in
    the audit trail; the picture lies under the day of its upload."""
    applicant = await drafted(library)
    rubbish = await applicant.api.call("PUT", f"{applicant.path}/licence-image", data=b"%PDF-1.7 no", headers=JPEG)
    assert rubbish.status in (415, 422), rubbish.body
    assert (await applicant.upload()).status == 200
    assert (await applicant.submit()).status == 200
    shown = await library.zone.get(f"{applicant.review}/licence-image")
    assert (shown.status, shown.headers["Cache-Control"]) == (200, "no-store")
    with Image.open(io.BytesIO(shown.body)) as picture:
        assert picture.size == (600, 800)
        colours = picture.convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 100
    stranger = await drafted(library)
    assert (await stranger.api.call("PUT", f"{applicant.path}/licence-image", data=b"x", headers=JPEG)).status == 404
    async with library.service.database.read() as reader:
        looks = await reader.fetchval(
            "SELECT count(*) FROM audit_entry WHERE action = 'institution.view_licence_image'"
        )
        key = await reader.fetchval("SELECT object_key FROM licence_image")
    assert looks == 1
    assert key.startswith("licences/20261215/")


async def test_people_of_an_application_rest_sealed(library: Library) -> None:
    """Neither rows, outbox, audit trail nor stored answers hold the owner-to-be's name or phone in clear; opening the
    application is recorded."""
    applicant = await claimed(library, library.zone)
    opened = (await library.zone.get(applicant.review)).body
    assert opened["owner_name_masked"] == "甄*责"
    assert opened["profile"]["probation_officer_phone"] == "027-87654321"
    assert (await applicant.look())["owner"]["phone"] == "13900000002"
    queries = (
        "SELECT row_to_json(a)::text AS text FROM institution_application a",
        "SELECT convert_from(body, 'UTF8') AS text FROM outbox",
        "SELECT entry AS text FROM audit_entry",
        "SELECT convert_from(body, 'UTF8') AS text FROM idempotency_key",
    )
    async with library.service.database.read() as reader:
        rows = [row["text"] for query in queries for row in await reader.fetch(query)]
    for text in rows:
        for secret in ("甄负责", "13900000002", "贾试用"):
            assert secret not in text
            assert secret.encode().hex() not in text
    assert sum('"institution.open_application"' in text for text in rows) == 1


async def test_the_queue_filters_and_pages(library: Library) -> None:
    """State, division and any part of the name filter; who waits longest comes first, without gap or repetition."""
    made = []
    for number in range(5):
        made.append(await submitted(library, name=f"虚构第{number}村卫生室", institution_type="village_clinic"))
        library.clock.advance(timedelta(minutes=1))
    seen, cursor = list[str](), ""
    while True:
        page = (await library.zone.get(f"/institution-applications?limit=2{cursor}")).body
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [one.id for one in made]
    found = (await library.zone.get("/institution-applications?q=第3村&division=420100")).body["items"]
    assert [item["id"] for item in found] == [made[3].id]
    assert (await library.zone.get("/institution-applications?division=420200")).body["items"] == []
    assert (await library.zone.get("/institution-applications?state=rejected")).body["items"] == []
    own = (await made[0].api.get("/own-institution-applications")).body["items"]
    assert [item["id"] for item in own] == [made[0].id]


async def test_a_directly_affiliated_unit_is_moved_to_the_zone_by_the_zone_only(library: Library) -> None:
    """Section 2 (3): the same-level body is settled at approval by a body above both; a point can not file it above."""
    site = await library.body_id("site", library.zone_id, ["420100"])
    point_id = await library.body_id("point", site, ["420102"])
    point = library.staff("point_admin", point_id)
    applicant = await claimed(library, point)
    above = {"filing_body_id": str(library.zone_id)}
    assert (await applicant.decide(point, "approval", above)).status == 404
    library.clock.advance(timedelta(minutes=61))
    zone = library.staff("zone_admin", library.zone_id)
    assert (await applicant.decide(zone, "approval", above)).status == 200
    detail = (await zone.get(f"/institutions/{applicant.id}")).body
    assert detail["filing_body_id"] == str(library.zone_id)
    below = library.staff("point_admin", point_id)
    assert (await below.get(f"/institutions/{applicant.id}")).status == 404
