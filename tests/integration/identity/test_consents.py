"""Consent: separate texts with versions, a withdrawal that acts, a guardian for children (V56, V60)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.identity.domain.resident_number import check_character
from services.identity.jobs import remove_replaced_images
from services.identity.storage.consent_texts import KINDS, consent_texts
from shared.clock import FrozenClock
from tests.integration.identity.cards import CONSENT, card, claim, decide, take, upload, with_photos
from tests.integration.identity.people import candidate, phone_number, resident_number, some_morning
from tests.integration.identity.test_manual_review import DETAILS, ask, audited, photo_link, reviewer
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest

GUARDIAN = {"version": "2026-1", "guardian_name": "顾守护", "relation": "parent"}


async def withdraw(caller: Caller, kind: str = "id_images") -> Answer:
    """Take a consent back."""
    return await caller.post("/consents/withdrawal", {"kind": kind})


async def objects(service: ServiceUnderTest) -> set[str]:
    """The photos of this service that still lie in the bucket."""
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT object_key FROM verification_image")
    return {row["object_key"] for row in rows if await service.bucket.exists(row["object_key"])}


def child(born: str) -> str:
    """A valid number of somebody born on a day."""
    digits = f"420106{born}003"
    return digits + check_character(digits)


@pytest.mark.requirement("V56")
async def test_texts_are_data_in_both_languages(serve: Serve) -> None:
    """What is offered is the version in force, in the reader's language, pinned by a digest that the audit names."""
    service = await serve("identity", some_morning())
    anybody = service.anonymous()
    chinese = (await anybody.get("/consent-texts")).body["items"]
    english = (await anybody.call("GET", "/consent-texts", headers={"Accept-Language": "en"})).body["items"]
    assert [text["kind"] for text in chinese] == list(KINDS)
    assert "撤回" in chinese[0]["text"]
    assert "withdraw" in english[0]["text"]
    assert [text["sha256"] for text in chinese] == [text["sha256"] for text in english]
    caller = await candidate(service, phone_number(1))
    await caller.post("/consents", CONSENT)
    async with service.database.read() as reader:
        entry = await reader.fetchval("SELECT entry FROM audit_entry WHERE action = 'consent.accept'")
    assert chinese[0]["sha256"] in entry
    assert all(text.zh and text.en for text in consent_texts().values())


@pytest.mark.requirement("V56")
async def test_an_older_version_is_not_accepted(serve: Serve) -> None:
    """Neither a version that was replaced nor one that never was; after a new version the old consent opens nothing."""
    service = await serve("identity", some_morning(), VERIFICATION__CONSENT_VERSION="2027-1")
    caller = await candidate(service, phone_number(1))
    for version in ("2026-1", "2027-1"):
        refused = await caller.post("/consents", {"kind": "id_images", "version": version})
        assert (refused.status, refused.code) == (422, "consent_text_outdated")
    assert (await upload(caller, "front", card(1)[1])).code == "consent_missing"


@pytest.mark.requirement("V56", "V57")
async def test_a_withdrawal_stops_what_is_under_way(serve: Serve) -> None:
    """New photos and checks are refused, a request that waits ends, its claim is forgotten, the photos leave the
    bucket; consent given anew opens the way again."""
    service = await serve("identity", clock := some_morning())
    caller = await with_photos(service, phone_number(1))
    await ask(caller)
    staff = await reviewer(service)
    person = (await caller.get("/me")).body["person_id"]
    assert len(await objects(service)) == 2
    link = photo_link((await staff.get(f"/verification-requests/{person}")).body, "front")
    assert (await staff.get(link)).status == 200
    done = await withdraw(caller)
    assert (done.status, done.body["state"], done.body["photos"]) == (200, "unverified", [])
    assert (done.body["consented_at"], done.body["next_actions"]) == (None, ["accept_consent"])
    assert (await upload(caller, "front", card(1)[1])).code == "consent_missing"
    assert (await ask(caller)).code == "consent_missing"
    assert (await staff.get(f"/verification-requests/{person}")).status == 404
    assert (await staff.get(link)).status == 404
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM identity_verification WHERE claim_sealed IS NOT NULL") == 0
    await remove_replaced_images(service.deps)
    assert len(await objects(service)) == 2
    clock.advance(timedelta(minutes=61))
    await remove_replaced_images(service.deps)
    assert await objects(service) == set()
    assert await audited(service, "consent.withdraw") == 1
    caller = await candidate(service, phone_number(1))
    assert (await caller.post("/consents", CONSENT)).status == 201
    assert (await upload(caller, "front", card(1)[1])).status == 200


@pytest.mark.requirement("V56")
async def test_a_withdrawal_ends_the_reading_of_a_card(serve: Serve) -> None:
    """The reader that has the card in hand has lost it: its verdict changes nothing, and no attempt is used up."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    assert (await claim(caller, "王试", resident_number(1))).status == 202
    job = await take(service)
    body = (await withdraw(caller)).body
    assert (body["state"], body["reason"]["code"]) == ("auto_failed", "consent_withdrawn")
    assert body["attempts_left"] == {"today": 3, "in_all": 5}
    assert await decide(service, job, None) is None
    assert (await caller.get("/verification")).body["state"] == "auto_failed"
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM recognition_job WHERE claim_sealed IS NOT NULL") == 0


@pytest.mark.requirement("V56")
async def test_a_record_stays_when_consent_goes(serve: Serve) -> None:
    """Who was verified stays verified; only the photos go. A second withdrawal changes nothing."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    version = (await ask(caller)).body["version"]
    staff, person = await reviewer(service), (await caller.get("/me")).body["person_id"]
    assert (await staff.post(f"/verification-requests/{person}/approval", DETAILS, version=version)).status == 200
    for _ in range(2):
        body = (await withdraw(caller)).body
        assert (body["state"], body["photos"], body["name_masked"]) == ("verified", [], "A***********l")
    assert await audited(service, "consent.withdraw") == 1


@pytest.mark.requirement("V60")
async def test_a_child_needs_a_guardian_until_the_birthday(serve: Serve) -> None:
    """The day before the fourteenth birthday the check is refused without a guardian, whose name rests sealed; on the
    day, at midnight in Shanghai, it is not."""
    midnight = datetime(2026, 11, 25, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    service = await serve("identity", clock := FrozenClock(midnight - timedelta(minutes=5)))
    one, other = await with_photos(service, phone_number(1)), await with_photos(service, phone_number(2))
    refused = await claim(one, "王试", child("20121125"))
    assert (refused.status, refused.code) == (403, "guardian_consent_missing")
    assert "监护人" in refused.body["title"]
    assert (await other.post("/consents/guardian", GUARDIAN)).status == 201
    assert (await claim(other, "王试", child("20121126"))).status == 202
    async with service.database.read() as reader:
        sealed = await reader.fetchval("SELECT guardian_sealed FROM consent WHERE guardian_sealed IS NOT NULL")
    assert "顾守护".encode() not in sealed
    clock.advance(timedelta(minutes=5))
    assert (await claim(one, "王试", child("20121125"))).status == 202


@pytest.mark.requirement("V60")
async def test_a_guardian_can_take_the_consent_back(serve: Serve) -> None:
    """After that the child's claim is refused again, by the machine's way and by the reviewer's."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    assert (await caller.post("/consents/guardian", GUARDIAN)).status == 201
    permit: dict[str, Any] = {"document_type": "hmt_residence_permit", "document_no": _permit("20150301")}
    assert (await ask(caller, **permit)).status == 202
    assert (await withdraw(caller, "guardian_id_images")).body["state"] == "unverified"
    for side in ("front", "back"):
        assert (await upload(caller, side, card(1)[1])).status == 200
    assert (await ask(caller, **permit)).code == "guardian_consent_missing"


@pytest.mark.requirement("V60")
async def test_a_reviewer_who_reads_a_childs_age_can_not_approve(serve: Serve) -> None:
    """A passport's number says nothing about the age; what the reviewer enters does."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    version = (await ask(caller)).body["version"]
    staff, person = await reviewer(service), (await caller.get("/me")).body["person_id"]
    where, details = f"/verification-requests/{person}/approval", DETAILS | {"birth_date": "2013-01-01"}
    assert (await staff.post(where, details, version=version)).code == "guardian_consent_missing"
    assert (await caller.post("/consents/guardian", GUARDIAN)).status == 201
    assert (await staff.post(where, details, version=version)).status == 200


def _permit(born: str) -> str:
    digits = f"810000{born}003"
    return digits + check_character(digits)
