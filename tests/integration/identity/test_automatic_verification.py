"""The automatic check end to end: real photos of fictional cards, the real queue, the real reader in its child."""

from datetime import timedelta

import pytest

from services.identity.ocr.card_reader import CardReader
from services.identity.storage import verification_images
from shared.contracts.identity import PersonVerified, VerificationFailed
from shared.objectstore import ObjectMissing
from tests.integration.identity.cards import (
    CONSENT,
    card,
    claim,
    decide,
    opened_identity,
    read_all,
    take,
    upload,
    with_photos,
)
from tests.integration.identity.people import candidate, phone_number, resident_number, some_morning
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A8", "A12", "V50", "V51", "V55")
async def test_photos_and_an_equal_claim_verify_without_a_human(serve: Serve, card_reader: CardReader) -> None:
    """Name and number equal to the card give verified at once; the event tells who it is, sealed; nothing of it rests
    in clear."""
    service = await serve("identity", some_morning())
    person, _, _ = card(1)
    caller = await with_photos(service, phone_number(1))
    started = await claim(caller, person.name, person.id_number.lower())
    assert (started.status, started.body["state"]) == (202, "auto_checking")
    assert started.body["progress"]["step"] == "queued"
    assert started.body["next_actions"] == ["wait"]
    await read_all(service, card_reader)
    done = (await caller.get("/verification")).body
    assert (done["state"], done["method"], done["reason"], done["next_actions"]) == (
        "verified",
        "auto",
        None,
        ["change_document"],
    )
    assert done["document_no_masked"] == person.id_number[:6] + "********" + person.id_number[-4:]
    (event,) = await service.published(PersonVerified)
    identity = opened_identity(service, event)
    assert (identity.name, identity.document_no) == (person.name, person.id_number)
    assert identity.birth_date.replace("-", "") == person.id_number[6:14]
    async with service.database.read() as reader:
        tables = await reader.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'identity'")
        for table in (row["table_name"] for row in tables):
            rows = await reader.fetch(f"SELECT t::text AS whole FROM {table} t")
            text = "\n".join(row["whole"] for row in rows)
            for canary in (person.name, person.id_number, person.address, phone_number(1)):
                assert canary not in text, table
                assert canary.encode().hex() not in text, table


@pytest.mark.requirement("A9")
async def test_a_claim_that_differs_is_refused_with_the_field(serve: Serve, card_reader: CardReader) -> None:
    """Another name, and another valid number, fail with the field that differs and the attempts left."""
    service = await serve("identity", some_morning())
    person, _, _ = card(1)
    caller = await with_photos(service, phone_number(1))
    for name, number, code, field, left in (
        ("诸葛无中", person.id_number, "name_differs", "name", 2),
        (person.name, resident_number(7), "document_no_differs", "document_no", 1),
    ):
        assert (await claim(caller, name, number)).status == 202
        await read_all(service, card_reader)
        shown = (await caller.get("/verification")).body
        assert (shown["state"], shown["reason"]["code"], shown["reason"]["field"]) == ("auto_failed", code, field)
        assert shown["attempts_left"]["today"] == left
        assert "start_manual" in shown["next_actions"]
    failed = await service.published(VerificationFailed)
    assert [(event.reason_code, event.attempts_left) for event in failed] == [
        ("name_differs", 2),
        ("document_no_differs", 1),
    ]


@pytest.mark.requirement("A11")
async def test_swapped_sides_are_told_to_the_person(serve: Serve, card_reader: CardReader) -> None:
    """A back uploaded as front fails with a sentence that says which side is wanted, in the person's language."""
    service = await serve("identity", some_morning())
    person, front, back = card(1)
    caller = await candidate(service, phone_number(1))
    await caller.post("/consents", CONSENT)
    await upload(caller, "front", back)
    await upload(caller, "back", front)
    await claim(caller, person.name, person.id_number)
    await read_all(service, card_reader)
    chinese = (await caller.get("/verification")).body["reason"]
    english = (await caller.call("GET", "/verification", headers={"Accept-Language": "en"})).body["reason"]
    assert chinese["code"] == english["code"] == "front_expected"
    assert chinese["message"] != english["message"]
    assert english["message"].isascii()


@pytest.mark.requirement("A11", "V40")
async def test_a_retake_replaces_the_photo_and_the_old_object_goes(serve: Serve) -> None:
    """The second upload of a side says that it replaces one, and the job removes the first object."""
    clock = some_morning()
    service = await serve("identity", clock)
    caller = await with_photos(service, phone_number(1))
    async with service.database.read() as reader:
        old = await reader.fetchval("SELECT object_key FROM verification_image WHERE side = 'front'")
    again = await upload(caller, "front", card(2)[1])
    assert (again.status, again.body["replaces"], again.body["side"]) == (200, True, "front")
    assert await service.bucket.get(old, "image")
    clock.advance(timedelta(hours=2))
    job = next(job for job in service.definition.jobs if job.name == "remove-replaced-images")
    await job.run(service.deps)
    with pytest.raises(ObjectMissing):
        await service.bucket.get(old, "image")
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM verification_image") == 2


@pytest.mark.requirement("V40", "M11")
async def test_an_object_without_a_row_is_removed(serve: Serve) -> None:
    """A photo whose upload was cut off before the database is gone a day after it was seen; one with a row stays."""
    clock = some_morning()
    service = await serve("identity", clock)
    caller = await with_photos(service, phone_number(1))
    orphan = f"cards/{clock.now():%Y%m%d}/orphan.jpg"
    await service.bucket.put(orphan, b"left behind", verification_images.OBJECT_CLASS)
    await service.sweep()
    clock.advance(timedelta(hours=23))
    await service.sweep()
    assert await service.bucket.exists(orphan)
    clock.advance(timedelta(hours=1))
    await service.sweep()
    assert not await service.bucket.exists(orphan)
    async with service.database.read() as reader:
        for row in await reader.fetch("SELECT object_key FROM verification_image"):
            assert await service.bucket.exists(row["object_key"])
    assert caller


@pytest.mark.requirement("V56", "A6")
async def test_nothing_is_received_without_consent(serve: Serve) -> None:
    """Without the consent in force a photo is refused before it is read, and so is a check; an old text is refused."""
    service = await serve("identity", some_morning())
    caller, before = await candidate(service, phone_number(1)), await service.bucket.list_keys("cards/")
    assert (await caller.get("/verification")).body["next_actions"] == ["accept_consent"]
    refused = await upload(caller, "front", card(1)[1])
    assert (refused.status, refused.code) == (403, "consent_missing")
    assert (await claim(caller, "王试", resident_number(1))).code == "consent_missing"
    outdated = await caller.post("/consents", {"kind": "id_images", "version": "2019-1"})
    assert (outdated.status, outdated.code) == (422, "consent_text_outdated")
    assert await service.bucket.list_keys("cards/") == before


@pytest.mark.requirement("A9", "A14", "V29")
async def test_what_can_be_known_at_once_is_refused_at_once(serve: Serve) -> None:
    """A wrong check digit, another document type and a missing photo are refused before anything is queued."""
    service = await serve("identity", some_morning())
    caller = await candidate(service, phone_number(1))
    await caller.post("/consents", CONSENT)
    wrong = await claim(caller, "王试", "420106199003075678")
    assert (wrong.status, wrong.code) == (422, "document_number_invalid")
    assert [(e["pointer"], e["code"]) for e in wrong.body["errors"]] == [("/document_no", "check_digit")]
    passport = await claim(caller, "王试", "E12345678", document_type="passport")
    assert (passport.status, passport.code) == (422, "automatic_not_for_this_document")
    assert "人工审核" in passport.body["title"]
    missing = await claim(caller, "王试", resident_number(1))
    assert (missing.status, missing.code) == (409, "photos_missing")
    strange = await caller.call("PUT", "/verification/images/left", data=b"x", headers={"Content-Type": "image/png"})
    assert strange.status == 404
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM recognition_job") == 0


@pytest.mark.requirement("A10", "A13")
async def test_after_three_failures_a_person_is_offered_instead(serve: Serve) -> None:
    """The fourth check of a day is refused with the way on; the next day it is possible again."""
    clock = some_morning()
    service = await serve("identity", clock, VERIFICATION__STARTS_PER_SIX_HOURS="100")
    caller = await with_photos(service, phone_number(1))
    for _ in range(3):
        assert (await claim(caller, "王试", resident_number(1))).status == 202
        assert await decide(service, await take(service), "glare") == "auto_failed"
    refused = await claim(caller, "王试", resident_number(1))
    assert (refused.status, refused.code) == (409, "no_automatic_attempt_left")
    assert (await caller.get("/verification")).body["next_actions"] == ["start_manual"]
    clock.advance(timedelta(hours=16))
    tomorrow = await candidate(service, phone_number(1))
    assert (await claim(tomorrow, "王试", resident_number(1))).status == 202


@pytest.mark.requirement("V31")
async def test_starts_are_limited_per_person_and_per_number(serve: Serve) -> None:
    """Five starts in six hours per person, ten an hour per number over all persons."""
    service = await serve(
        "identity", some_morning(), VERIFICATION__FAILURES_PER_DAY="50", VERIFICATION__FAILURES_IN_ALL="50"
    )
    statuses = []
    for person in range(3):
        caller = await with_photos(service, phone_number(person))
        for _ in range(6):
            answer = await claim(caller, "王试", resident_number(1))
            statuses.append(answer.status)
            if answer.status == 202:
                await decide(service, await take(service), "glare")
    assert statuses == [202] * 5 + [429] + [202] * 5 + [429] + [429] * 6
