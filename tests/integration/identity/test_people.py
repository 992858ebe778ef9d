"""Changing the document, revoking a verification, and finding one human being twice."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.identity import PersonRevoked, PersonVerified, VerificationFailed
from shared.ids import new_id
from shared.security.blind_index import blind_index
from tests.integration.identity.cards import CONSENT, card, upload, with_photos
from tests.integration.identity.people import phone_number, resident_number, some_morning
from tests.integration.identity.reviewing import DETAILS, passport, waits
from tests.integration.identity.test_manual_review import audited, reviewer
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest


async def by_passport(
    service: ServiceUnderTest, number: str = "E1111111", n: int = 1, **more: Any
) -> tuple[Caller, str]:
    """A person verified by passport, and who that is; `more` is what else the reviewer says."""
    caller, person = await waits(service, number, n=n)
    assert (await caller.post("/consents", CONSENT)).status == 201
    staff = service.caller("identity_reviewer")
    done = await staff.post(f"/verification-requests/{person}/approval", DETAILS | more, version=1)
    assert done.status == 200, done.body
    return caller, person


async def change(service: ServiceUnderTest, caller: Caller, number: str, version: int, **more: Any) -> Answer:
    """New photos, then the request."""
    service.clock.advance(timedelta(minutes=1))
    for side in ("front", "back"):
        assert (await upload(caller, side, card(2)[1])).status == 200
    return await caller.post("/verification/document-change", passport(number) | more, version=version)


@pytest.mark.requirement("A15", "V25")
async def test_the_old_document_stays_verified_until_the_new_one_is(serve: Serve) -> None:
    """A renewed passport: while it is reviewed the old one holds, afterwards the new one does, and the old one is kept
    in history; the others hear of the new identity by the same person with a higher version."""
    clock = some_morning()
    service = await serve("identity", clock)
    caller, person = await by_passport(service)
    assert (await caller.get("/verification")).body["next_actions"] == ["change_document"]
    old_photos = await caller.post("/verification/document-change", passport("E2222222"), version=2)
    assert (old_photos.status, old_photos.code) == (409, "photos_missing")
    asked = await change(service, caller, "E2222222", 2)
    assert (asked.status, asked.body["state"], asked.body["changing_document"]) == (202, "pending_manual", True)
    assert asked.body["document_no_masked"] == "******11"
    staff = service.caller("identity_reviewer")
    (item,) = (await staff.get("/verification-requests")).body["items"]
    assert (item["change"], item["version"]) == (True, 3)
    done = await staff.post(f"/verification-requests/{person}/approval", DETAILS, version=3)
    assert (done.status, done.body["state"]) == (200, "verified")
    shown = (await caller.get("/verification")).body
    assert (shown["document_no_masked"], shown["document_valid_to"]) == ("******22", "2031-05-01")
    events = await service.published(PersonVerified)
    assert [(str(e.person_id), e.document_no_masked) for e in events] == [(person, "******11"), (person, "******22")]
    assert events[1].aggregate_version > events[0].aggregate_version
    zone = service.caller("zone_admin", scope_id=new_id())
    kept = (await zone.get(f"/persons/{person}")).body["documents"]
    assert [(one["document_no_masked"], one["state"]) for one in kept] == [
        ("******22", "verified"),
        ("******11", "superseded"),
    ]
    assert await audited(service, "person.view") == 1


@pytest.mark.requirement("A16", "V25")
@pytest.mark.parametrize("how", ["withdrawal", "rejection"])
async def test_a_change_that_comes_to_nothing_leaves_the_person_verified(serve: Serve, how: str) -> None:
    """Withdrawn or rejected, the person is verified by the old document as before, and may ask again."""
    clock = some_morning()
    service = await serve("identity", clock, VERIFICATION__STARTS_PER_SIX_HOURS="100")
    caller, person = await by_passport(service)
    assert (await change(service, caller, "E2222222", 2)).status == 202
    if how == "withdrawal":
        assert (await caller.post("/verification/withdrawal")).body["state"] == "verified"
    else:
        staff = service.caller("identity_reviewer")
        done = await staff.post(
            f"/verification-requests/{person}/rejection", {"reason_code": "image_unclear"}, version=3
        )
        assert (done.status, done.body["state"]) == (200, "verified")
        assert len(await service.published(VerificationFailed)) == 1
        assert (await caller.get("/verification")).body["reason"]["code"] == "image_unclear"
    assert (await caller.get("/verification")).body["document_no_masked"] == "******11"
    assert (await change(service, caller, "E3333333", 3)).code == "stale_version"
    assert (await change(service, caller, "E3333333", 4)).status == 202


@pytest.mark.requirement("A14")
@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"country": None}, "/country", "document_details_missing"),
        ({"country": "HKG"}, "/country", "document_details_missing"),
        ({"valid_to": None}, "/valid_to", "document_details_missing"),
        ({"valid_to": "2026-11-22"}, "/valid_to", "document_expired"),
        (
            {"document_type": "tw_travel_permit", "document_no": "12345678", "valid_to": None},
            "/valid_to",
            "document_details_missing",
        ),
    ],
)
async def test_documents_that_run_out_say_when(serve: Serve, changed: dict[str, Any], pointer: str, code: str) -> None:
    """A passport needs its country and its last valid day, a permit its last valid day; an expired one is refused, and
    nobody from Hong Kong, Macau or Taiwan is verified by passport."""
    service = await serve("identity", some_morning())
    caller = await with_photos(service, phone_number(1))
    refused = await caller.post("/verification/manual", passport("E1111111") | changed)
    assert (refused.status, refused.code) == (422, code)
    assert [e["pointer"] for e in refused.body["errors"]] == [pointer]


@pytest.mark.requirement("V25")
async def test_the_zone_revokes_and_everybody_hears(serve: Serve) -> None:
    """Revoked with a reason of the catalogue, on the version that was seen: the person reads why and can do nothing,
    the others are told, and the document is free for its true holder."""
    service = await serve("identity", some_morning())
    caller, person = await by_passport(service)
    zone = service.caller("zone_admin", scope_id=new_id())
    where = f"/persons/{person}/revocation"
    assert (await service.caller("identity_reviewer").post(where, {"reason_code": "fraud"}, version=2)).status == 403
    assert (await zone.post(where, {"reason_code": "image_unclear"}, version=2)).code == "reason_unknown"
    assert (await zone.post(where, {"reason_code": "fraud"}, version=1)).code == "stale_version"
    done = await zone.post(where, {"reason_code": "fraud"}, version=2)
    assert (done.status, done.body["state"]) == (200, "revoked")
    (event,) = await service.published(PersonRevoked)
    (earlier,) = await service.published(PersonVerified)
    assert (str(event.person_id), event.reason_code) == (person, "fraud")
    assert event.aggregate_version == earlier.aggregate_version + 1
    shown = (await caller.get("/verification")).body
    assert (shown["state"], shown["reason"]["code"], shown["next_actions"]) == ("revoked", "fraud", [])
    assert shown["document_no_masked"] is None
    again = passport("E1111111")
    assert (await caller.post("/verification/manual", again)).code == "verification_not_allowed"
    assert (await zone.post(where, {"reason_code": "fraud"}, version=3)).code == "verification_not_allowed"
    await by_passport(service, n=2, duplicates_compared=True)


@pytest.mark.requirement("V32")
async def test_a_document_of_a_fraud_is_looked_at_by_a_person(serve: Serve) -> None:
    """After a revocation no machine verifies the document again: the next claimant goes to a reviewer at once, who sees
    that it was revoked before."""
    service = await serve("identity", some_morning())
    staff = service.caller("identity_reviewer")
    _, fraud = await waits(service, resident_number(1), "王试", kind="resident_id", n=1)
    assert (await staff.post(f"/verification-requests/{fraud}/approval", {}, version=1)).status == 200
    zone = service.caller("zone_admin", scope_id=new_id())
    assert (await zone.post(f"/persons/{fraud}/revocation", {"reason_code": "fraud"}, version=2)).status == 200
    caller = await with_photos(service, phone_number(5))
    mine = {"name": "王试", "document_no": resident_number(1)}
    refused = await caller.post("/verification/automatic", mine)
    assert (refused.status, refused.code) == (409, "document_revoked_before")
    assert (await caller.post("/verification/manual", mine)).status == 202
    async with service.database.read() as reader:
        person = await reader.fetchval("SELECT person_id FROM identity_verification WHERE state = 'pending_manual'")
    # Real log-ins replaced the keys that the arranged callers sign with.
    opened = await (await reviewer(service)).get(f"/verification-requests/{person}")
    assert (opened.body["revoked_before"], opened.body["held_by_another"]) == (True, False)


@pytest.mark.requirement("V25")
async def test_a_change_under_way_does_not_stop_a_revocation(serve: Serve) -> None:
    """Who asks for another document is verified meanwhile, and can be revoked meanwhile; the request goes with it."""
    clock = some_morning()
    service = await serve("identity", clock)
    caller, person = await by_passport(service)
    assert (await change(service, caller, "E2222222", 2)).status == 202
    zone = service.caller("zone_admin", scope_id=new_id())
    done = await zone.post(f"/persons/{person}/revocation", {"reason_code": "death"}, version=3)
    assert (done.status, done.body["state"]) == (200, "revoked")
    assert (await service.caller("identity_reviewer").get("/verification-requests")).body["items"] == []
    assert (await service.caller("identity_reviewer").get(f"/verification-requests/{person}")).status == 404


async def test_nobody_revokes_himself(serve: Serve) -> None:
    """An administrator who is that person too is refused."""
    service = await serve("identity", some_morning())
    _, person = await by_passport(service)
    async with service.database.read() as reader:
        own = await reader.fetchval("SELECT person_id FROM identity_document")
    zone = service.caller("zone_admin", scope_id=new_id(), person_id=own)
    refused = await zone.post(f"/persons/{person}/revocation", {"reason_code": "fraud"}, version=2)
    assert (refused.status, refused.code) == (403, "own_revocation")


@pytest.mark.requirement("F16", "V55")
async def test_duplicates_are_found_by_what_agrees(serve: Serve) -> None:
    """By name and birth date, name, phone or number, masked, with what agrees; every search is in the audit trail, by
    the kinds of what was asked; candidates and unit staff may not search."""
    service = await serve("identity", some_morning())
    _, person = await by_passport(service)
    zone = service.caller("zone_admin", scope_id=new_id())

    async def found(**asked: Any) -> list[tuple[str, list[str]]]:
        answer = await zone.post("/person-searches", asked)
        assert answer.status == 200, answer.body
        return [(one["person_id"], one["agrees_in"]) for one in answer.body["items"]]

    assert await found(name="ADA FICTIONAL", birth_date="1991-03-08") == [(person, ["name", "birth_date"])]
    assert await found(name="Ada Fictional", birth_date="1991-03-09") == []
    assert await found(name="Ada Fictional") == [(person, ["name"])]
    assert await found(phone="13700000001") == [(person, ["phone"])]
    assert await found(document_no="e1111111") == [(person, ["document_no"])]
    assert (await zone.post("/person-searches", {"birth_date": "1991-03-08"})).code == "nothing_to_search"
    for other in ("candidate", "institution_owner", "site_admin"):
        refused = await service.caller(other, scope_id=new_id()).post("/person-searches", {"name": "Ada Fictional"})
        assert refused.status == 403
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT entry FROM audit_entry WHERE action = 'person.search'")
    assert len(rows) == 5
    assert not any("Fictional" in str(row["entry"]) or "1111111" in str(row["entry"]) for row in rows)


@pytest.mark.requirement("V32")
async def test_the_reviewer_is_warned_of_a_duplicate_before_he_approves(serve: Serve) -> None:
    """A second document of the same name and birth date: the hint stands on the opened request, and approving needs the
    word that both were compared."""
    service = await serve("identity", some_morning())
    _, person = await by_passport(service)
    _, second = await waits(service, "E9999999")
    staff = service.caller("identity_reviewer")
    where = f"/verification-requests/{second}"
    hint = (await staff.get(where)).body["possible_duplicates"]
    assert [(one["person_id"], one["agrees_in"]) for one in hint] == [(person, ["name"])]
    refused = await staff.post(f"{where}/approval", DETAILS, version=1)
    assert (refused.status, refused.code) == (409, "possible_duplicate")
    other = await staff.post(f"{where}/approval", DETAILS | {"birth_date": "1991-03-09"}, version=1)
    assert other.status == 200
    _, third = await waits(service, "E8888888", n=3)
    where = f"/verification-requests/{third}"
    compared = await staff.post(f"{where}/approval", DETAILS | {"duplicates_compared": True}, version=1)
    assert compared.status == 200


async def test_a_number_that_tells_the_birth_date_is_compared_by_it(serve: Serve) -> None:
    """For a resident card name and birth date must agree, both from the claim: a namesake of another day is no hint."""
    service = await serve("identity", some_morning())
    staff = service.caller("identity_reviewer")
    _, first = await waits(service, resident_number(1), "王试", kind="resident_id", n=1)
    assert (await staff.post(f"/verification-requests/{first}/approval", {}, version=1)).status == 200
    async with service.database.read() as reader:
        born = date(1991, 3, 7)
        index = blind_index(service.keyring, "index_person", "name_and_birth", f"王试|{born.isoformat()}")
        query = "SELECT name_and_birth_index FROM identity_document WHERE person_id = $1"
        assert await reader.fetchval(query, UUID(first)) == index
    for number, hits in ((resident_number(11), 1), (resident_number(2), 0)):
        _, person = await waits(service, number, "王试", kind="resident_id", n=int(number[-4:-1]))
        opened = (await staff.get(f"/verification-requests/{person}")).body
        assert len(opened["possible_duplicates"]) == hits, number
