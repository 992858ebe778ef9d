"""Manual review: who may ask, who may decide, and that every look at a document is recorded."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image, ImageChops

from services.identity.domain.documents import DOCUMENT_TYPES
from shared.contracts.identity import PersonVerified, VerificationFailed
from shared.ids import new_id
from tests.integration.identity.cards import CONSENT, card, claim, decide, opened_identity, take, upload, with_photos
from tests.integration.identity.people import (
    PASSWORD,
    accept,
    candidate,
    invitation_secret,
    phone_number,
    request_staff,
    resident_number,
    some_morning,
    with_token,
)
from tests.integration.identity.test_staff_accounts import activate, active_account
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

PASSPORT = {
    "name": "Ada Fictional",
    "document_no": "E1234567",
    "document_type": "passport",
    "country": "UTO",
    "valid_to": "2031-05-01",
}
DETAILS = {"sex": "2", "birth_date": "1991-03-08"}


async def reviewer(service: ServiceUnderTest, phone: str = phone_number(90)) -> Caller:
    """An identity reviewer, invited by the zone."""
    zone = await active_account(service, "zone_admin", phone_number(99))
    scope = zone["tokens"]["scope_id"]
    wanted = {"role": "identity_reviewer", "scope_id": scope, "name": "上官审核", "phone": phone}
    assert (await with_token(service, zone["tokens"]).post("/staff-invitations", wanted)).status == 201
    accepted = (await accept(service, await invitation_secret(service), phone, PASSWORD)).body
    return with_token(service, (await activate(service, accepted, phone)).body)


async def ask(caller: Caller, **changed: Any) -> Answer:
    """Ask for a manual review with a passport."""
    return await caller.post("/verification/manual", PASSPORT | changed)


def photo_link(opened: Any, side: str) -> str:
    """The link to a photo of an opened request, as a path below /v1."""
    (href,) = [photo["href"] for photo in opened["photos"] if photo["side"] == side]
    return str(href).removeprefix("/api/identity/v1")


async def audited(service: ServiceUnderTest, action: str) -> int:
    """How many audit entries of a kind there are."""
    async with service.database.read() as reader:
        count: int = await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = $1", action)
        return count


@pytest.mark.requirement("A14", "A15", "V33", "V55")
async def test_a_passport_is_verified_by_a_reviewer(serve: Serve) -> None:
    """A foreigner asks, waits, is approved after the reviewer looked at claim and photos; every look is recorded."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    asked = await ask(caller)
    assert (asked.status, asked.body["state"], asked.body["progress"]["step"]) == (202, "pending_manual", "reviewing")
    staff = await reviewer(service)
    (item,) = (await staff.get("/verification-requests")).body["items"]
    assert (item["name_masked"], item["document_no_masked"]) == ("A***********l", "******67")
    where = f"/verification-requests/{item['person_id']}"
    seen = (await staff.get(where)).body
    assert (seen["name"], seen["document_no"], seen["held_by_another"]) == ("Ada Fictional", "E1234567", False)
    link = photo_link(seen, "front")
    photo = await staff.get(link)
    assert (photo.status, photo.headers["Content-Type"], photo.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "no-store",
    )
    incomplete = await staff.post(f"{where}/approval", {}, version=seen["version"])
    assert [e["pointer"] for e in incomplete.body["errors"]] == ["/birth_date", "/sex"]
    done = await staff.post(f"{where}/approval", DETAILS, version=seen["version"])
    assert (done.status, done.body["state"]) == (200, "verified")
    (event,) = await service.published(PersonVerified)
    identity = opened_identity(service, event)
    assert (event.method, identity.document_type, identity.document_no) == ("manual", "passport", "E1234567")
    assert (await caller.get("/me")).body["verification"]["state"] == "verified"
    assert await audited(service, "verification.view_claim") == 1
    assert await audited(service, "verification.view_image") == 1
    assert (await staff.get(where)).status == 404
    assert (await staff.get(link)).status == 404


@pytest.mark.requirement("V33")
async def test_the_photo_carries_the_viewers_mark(serve: Serve) -> None:
    """What a reviewer gets differs from the stored photo all over, not in a corner that can be cut off."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    person = (await caller.get("/me")).body["person_id"]
    await ask(caller)
    staff = await reviewer(service)
    link = photo_link((await staff.get(f"/verification-requests/{person}")).body, "back")
    shown = Image.open(io.BytesIO((await staff.get(link)).body))
    async with service.database.read() as reader:
        key = await reader.fetchval("SELECT object_key FROM verification_image WHERE side = 'back'")
    stored = Image.open(io.BytesIO(await service.bucket.get(key, "image"))).convert("RGB")
    assert shown.size == stored.size
    strong = ImageChops.difference(shown, stored).convert("L").point(lambda value: 255 if value > 24 else 0)
    width, height = shown.size
    for column in range(3):
        for row in range(3):
            box = (column * width // 3, row * height // 3, (column + 1) * width // 3, (row + 1) * height // 3)
            assert strong.crop(box).getbbox() is not None


@pytest.mark.requirement("A13")
async def test_a_resident_card_goes_to_a_reviewer_after_a_failure(serve: Serve) -> None:
    """First the machine; after its failure a reviewer, who needs nothing but the number."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    mine = {"name": "王试", "document_no": resident_number(1), "document_type": "resident_id"}
    early = await ask(caller, **mine)
    assert (early.status, early.code) == (409, "manual_review_not_yet")
    await claim(caller, "王试", resident_number(1))
    await decide(service, await take(service), "glare")
    assert (await ask(caller, **mine)).status == 202
    staff = await reviewer(service)
    person = (await caller.get("/me")).body["person_id"]
    done = await staff.post(f"/verification-requests/{person}/approval", {}, version=3)
    assert (done.status, done.body["state"]) == (200, "verified")


@pytest.mark.requirement("A15")
async def test_a_rejected_person_is_told_why_and_may_ask_again(serve: Serve) -> None:
    """The reason reaches the person as a sentence and the others as a code; then new photos are possible."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    version = (await ask(caller)).body["version"]
    staff, person = await reviewer(service), (await caller.get("/me")).body["person_id"]
    where = f"/verification-requests/{person}/rejection"
    assert (await staff.post(where, {"reason_code": "because"}, version=version)).status == 422
    assert (await staff.post(where, {"reason_code": "image_unclear"}, version=version)).status == 200
    shown = (await caller.get("/verification")).body
    assert (shown["state"], shown["reason"]["code"]) == ("rejected", "image_unclear")
    assert "重新拍摄" in shown["reason"]["message"]
    told = await service.published(VerificationFailed)
    assert [(e.reason_code, e.by) for e in told] == [("image_unclear", "reviewer")]
    assert (await upload(caller, "front", card(2)[1])).status == 200
    assert (await ask(caller)).status == 202


@pytest.mark.requirement("A16", "V25")
async def test_a_request_can_be_withdrawn_only_while_it_waits(serve: Serve) -> None:
    """Withdrawn in time the automatic way is open and a decision on the old version is refused; afterwards it is too
    late."""
    service = await serve("identity", some_morning(), VERIFICATION__STARTS_PER_SIX_HOURS="100")
    caller = await with_photos(service, phone_number(1))
    version = (await ask(caller)).body["version"]
    staff, person = await reviewer(service), (await caller.get("/me")).body["person_id"]
    assert (await caller.post("/verification/withdrawal")).body["state"] == "unverified"
    late = await staff.post(f"/verification-requests/{person}/approval", DETAILS, version=version)
    assert (late.status, late.code) == (409, "stale_version")
    assert (await claim(caller, "王试", resident_number(1))).status == 202
    await decide(service, await take(service), "glare")
    version = (await ask(caller)).body["version"]
    done = await staff.post(f"/verification-requests/{person}/approval", DETAILS, version=version)
    assert done.status == 200
    refused = await caller.post("/verification/withdrawal")
    assert (refused.status, refused.code) == (409, "verification_not_allowed")


@pytest.mark.requirement("V25")
async def test_nobody_decides_about_himself(serve: Serve) -> None:
    """A reviewer whose phone is also that of the candidate neither opens nor decides that request."""
    service = await serve("identity", some_morning())
    phone = phone_number(90)
    caller = await with_photos(service, phone)
    version = (await ask(caller)).body["version"]
    staff, person = await reviewer(service, phone), (await caller.get("/me")).body["person_id"]
    answers = [
        await staff.get(f"/verification-requests/{person}"),
        await staff.get(f"/verification-requests/{person}/images/front?until=2000000000&seal={'0' * 64}"),
        await staff.post(f"/verification-requests/{person}/approval", DETAILS, version=version),
        await staff.post(
            f"/verification-requests/{person}/rejection", {"reason_code": "claim_differs"}, version=version
        ),
    ]
    assert {(a.status, a.code) for a in answers} == {(403, "own_request")}
    assert (await caller.get("/verification")).body["state"] == "pending_manual"


@pytest.mark.requirement("V32")
async def test_a_reviewer_can_not_give_one_document_to_two_people(serve: Serve) -> None:
    """The reviewer sees that somebody holds the document, and approving is refused without changing anything."""
    service = await serve("identity", some_morning())
    staff, people = await reviewer(service), []
    for n in (1, 2):
        caller = await with_photos(service, phone_number(n))
        version = (await ask(caller)).body["version"]
        person = (await caller.get("/me")).body["person_id"]
        people.append((caller, f"/verification-requests/{person}", version))
    assert (await staff.post(f"{people[0][1]}/approval", DETAILS, version=people[0][2])).status == 200
    assert (await staff.get(people[1][1])).body["held_by_another"] is True
    refused = await staff.post(f"{people[1][1]}/approval", DETAILS, version=people[1][2])
    assert (refused.status, refused.code) == (409, "document_held_by_another")
    assert (await people[1][0].get("/verification")).body["state"] == "pending_manual"
    assert (await people[0][0].get("/verification")).body["state"] == "verified"


@pytest.mark.requirement("A17", "A18", "A14")
async def test_military_people_are_sent_to_the_provincial_network(serve: Serve) -> None:
    """The list of types says so, and so does a request, which is refused; both proofs are named."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    types = {item["document_type"]: item for item in (await caller.get("/document-types")).body["items"]}
    assert set(types) == set(DOCUMENT_TYPES)
    assert [kind for kind, item in types.items() if item["automatic"]] == ["resident_id"]
    assert [kind for kind, item in types.items() if item["guidance"]] == ["officer_card"]
    refused = await ask(caller, document_type="officer_card", document_no="某字第1234567号")
    assert (refused.status, refused.code) == (409, "exempt_channel")
    assert all(word in refused.body["title"] for word in ("省网", "学历证明", "试用期考核证明", "团级"))


@pytest.mark.requirement("A14")
async def test_only_the_types_of_this_year_are_taken(serve: Serve, tmp_path: Path) -> None:
    """A type that the year's form does not have is neither listed nor taken; the next year's set comes by itself."""
    catalogue = tmp_path / "verification.toml"
    rows = [
        '[[document_year]]\nexam_year = 2027\napplies_from = 2026-09-01\ndocument_types = ["resident_id", "hk_id"]\n',
        '[[document_year]]\nexam_year = 2028\napplies_from = 2027-09-01\ndocument_types = ["passport"]\n',
    ]
    catalogue.write_text("reason = []\n" + "".join(rows), encoding="utf-8")
    clock = some_morning()
    service = await serve("identity", clock, VERIFICATION__CATALOGUE_FILE=str(catalogue))
    caller = await candidate(service, phone_number(1))
    await caller.post("/consents", CONSENT)
    listed = (await caller.get("/document-types")).body["items"]
    assert [item["document_type"] for item in listed] == ["resident_id", "hk_id"]
    assert (await ask(caller)).code == "document_type_not_offered"
    clock.advance(timedelta(days=300))
    caller = await candidate(service, phone_number(1))
    later = (await caller.get("/document-types")).body
    assert (later["exam_year"], [item["document_type"] for item in later["items"]]) == (2028, ["passport"])


@pytest.mark.requirement("V21", "V55")
async def test_the_queue_is_for_reviewers_and_paged(serve: Serve) -> None:
    """Candidates and other staff are refused; pages of one follow each other without loss, the oldest first."""
    clock = some_morning()
    service = await serve("identity", clock)
    staff, wanted = await reviewer(service), []
    for n in range(3):
        caller = await with_photos(service, phone_number(n))
        await ask(caller, document_no=f"E765432{n}")
        wanted.append((await caller.get("/me")).body["person_id"])
    found, cursor = [], ""
    while True:
        page = (await staff.get(f"/verification-requests?limit=1{cursor}")).body
        found += [item["person_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(found) == sorted(wanted)
    assert (await caller.get("/verification-requests")).status == 403
    await request_staff(service, "institution_owner", phone_number(77))
    accepted = (await accept(service, await invitation_secret(service), phone_number(77))).body
    owner = with_token(service, (await activate(service, accepted, phone_number(77))).body)
    assert (await owner.get(f"/verification-requests/{wanted[0]}")).status == 403
    assert (await staff.get(f"/verification-requests/{new_id()}")).status == 404
    assert UUID(wanted[0])
