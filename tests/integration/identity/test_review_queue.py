"""The reviewers' queue: claims, filters, search, figures, short-lived links, reasons."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.ids import new_id
from tests.integration.identity.people import some_morning
from tests.integration.identity.reviewing import DETAILS, waits
from tests.integration.identity.test_manual_review import audited, photo_link
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest


async def _ids(staff: Caller, query: str = "") -> list[str]:
    answer = await staff.get(f"/verification-requests{query}")
    assert answer.status == 200, answer.body
    return [item["person_id"] for item in answer.body["items"]]


async def _requests(service: ServiceUnderTest, count: int) -> list[str]:
    """So many people with waiting passports, an hour apart."""
    people = []
    for n in range(count):
        service.clock.advance(timedelta(hours=1))
        _, person = await waits(service, f"E765432{n}", f"Ada Nr {'ABCDE'[n]}", n=n)
        people.append(person)
    return people


@pytest.mark.requirement("A15")
async def test_a_claimed_request_is_the_claimers_until_the_claim_ends(serve: Serve) -> None:
    """Two reviewers do not work on one request: the other neither opens, nor sees the photos, nor decides, nor takes
    it, until the claim is given back or its time is over."""
    service = await serve("identity", some_morning())
    (person,) = await _requests(service, 1)
    reviewer, other = new_id(), new_id()
    mine, others = (service.caller("identity_reviewer", id=one) for one in (reviewer, other))
    where = f"/verification-requests/{person}"
    link = photo_link((await others.get(where)).body, "front")
    claimed = await mine.post(f"{where}/claim")
    assert claimed.status == 200
    refusals = [
        await others.get(where),
        await others.get(link),
        await others.post(f"{where}/claim"),
        await others.post(f"{where}/approval", DETAILS, version=1),
        await others.post(f"{where}/rejection", {"reason_code": "image_unclear"}, version=1),
        await others.call("DELETE", f"{where}/claim"),
    ]
    assert {(one.status, one.code) for one in refusals} == {(409, "request_held_by_another")}
    seen = (await mine.get(where)).body["claimed_until"]
    assert datetime.fromisoformat(seen) == datetime.fromisoformat(claimed.body["claimed_until"])
    assert (await _ids(mine, "?held=mine"), await _ids(others, "?held=others")) == ([person], [person])
    assert (await _ids(mine, "?held=free"), await _ids(others, "?held=mine")) == ([], [])
    service.clock.advance(timedelta(minutes=30))
    mine, others = (service.caller("identity_reviewer", id=one) for one in (reviewer, other))
    assert (await others.post(f"{where}/claim")).status == 200
    assert (await mine.get(where)).code == "request_held_by_another"
    assert (await others.call("DELETE", f"{where}/claim")).status == 204
    assert (await mine.post(f"{where}/approval", DETAILS, version=1)).status == 200
    assert (await audited(service, "verification.claim"), await audited(service, "verification.release")) == (2, 1)


async def test_of_ten_claims_at_once_one_wins(serve: Serve) -> None:
    """Ten reviewers claim the same request at the same moment: one has it."""
    service = await serve("identity", some_morning())
    (person,) = await _requests(service, 1)
    staff = [service.caller("identity_reviewer") for _ in range(10)]
    answers = await asyncio.gather(*(one.post(f"/verification-requests/{person}/claim") for one in staff))
    assert sorted(one.status for one in answers) == [200] + [409] * 9


@pytest.mark.requirement("A15", "V55")
async def test_the_queue_is_filtered_searched_and_counted(serve: Serve) -> None:
    """By type, by age, by state after the decision; by whole name or number in a body, never in an address; the figures
    tell the whole queue."""
    service = await serve("identity", some_morning())
    people = await _requests(service, 3)
    _, permit = await waits(service, "M12345678", "澳试", kind="hm_travel_permit", n=9)
    staff = service.caller("identity_reviewer")
    assert await _ids(staff) == [*people, permit]
    assert await _ids(staff, "?document_type=hm_travel_permit") == [permit]
    assert await _ids(staff, "?min_age_hours=1") == people[:2]
    assert await _ids(staff, "?min_age_hours=2") == people[:1]

    async def searched(**wanted: Any) -> list[str]:
        answer = await staff.post("/verification-request-searches", wanted)
        assert answer.status == 200, answer.body
        return [item["person_id"] for item in answer.body["items"]]

    assert await searched(name="ada  nr b") == [people[1]]
    assert await searched(document_no=" e7654320 ") == [people[0]]
    assert await searched(document_no="E7654320", name="Ada Nr B") == []
    assert (await staff.get("/verification-requests?name=Ada")).status == 422
    await staff.post(f"/verification-requests/{people[0]}/claim")
    counts = (await staff.get("/verification-requests?limit=1")).body["counts"]
    assert (counts["free"], counts["claimed"], counts["changes"]) == (3, 1, 0)
    rejection = {"reason_code": "wrong_document_type"}
    assert (await staff.post(f"/verification-requests/{people[0]}/rejection", rejection, version=1)).status == 200
    assert await _ids(staff) == [*people[1:], permit]
    decided = (await staff.get("/verification-requests?state=rejected")).body["items"]
    assert [(one["person_id"], one["reason_code"], one["document_no_masked"]) for one in decided] == [
        (people[0], "wrong_document_type", "******20")
    ]
    assert set(await _ids(staff, "?state=all")) == {*people, permit}
    async with service.database.read() as reader:
        query = "SELECT claim_sealed FROM identity_verification WHERE state = 'rejected'"
        assert await reader.fetchval(query) is None


@pytest.mark.requirement("V33", "V44")
async def test_links_to_photos_are_short_lived_and_every_view_is_audited(serve: Serve) -> None:
    """A link shows the photo to the reviewer it was made for, for a minute; another reviewer, another photo, a changed
    end and a late look are refused and show nothing. As many audit entries as photos shown."""
    service = await serve("identity", some_morning())
    (person,) = await _requests(service, 1)
    reviewer = new_id()
    staff = service.caller("identity_reviewer", id=reviewer)
    opened = (await staff.get(f"/verification-requests/{person}")).body
    front, back = photo_link(opened, "front"), photo_link(opened, "back")
    shown = [await staff.get(link) for link in (front, back, front)]
    assert [one.status for one in shown] == [200, 200, 200]
    until = int(front.partition("until=")[2].partition("&")[0])
    refused = [
        await service.caller("identity_reviewer").get(front),
        await staff.get(front.replace("/front?", "/back?")),
        await staff.get(front.replace(str(until), str(until + 3600))),
        await staff.get(front[:-1] + ("0" if front[-1] != "0" else "1")),
    ]
    service.clock.advance(timedelta(seconds=60))
    late = service.caller("identity_reviewer", id=reviewer)
    refused.append(await late.get(front))
    assert {(one.status, one.code) for one in refused} == {(403, "image_link_ended")}
    assert (await late.get(front.partition("?")[0])).status == 422
    assert await audited(service, "verification.view_image") == 3


@pytest.mark.requirement("A15")
async def test_reasons_come_from_the_catalogue_in_both_languages(serve: Serve) -> None:
    """A reviewer chooses from his reasons, the zone from hers; each has a sentence in Chinese and in English; reasons
    of machines and of others are refused."""
    service = await serve("identity", some_morning())
    (person,) = await _requests(service, 1)
    staff, zone = service.caller("identity_reviewer"), service.caller("zone_admin", scope_id=new_id())
    chinese = (await staff.get("/review-reasons")).body["items"]
    english = (await staff.call("GET", "/review-reasons", headers={"Accept-Language": "en"})).body["items"]
    assert [one["code"] for one in chinese] == [one["code"] for one in english]
    assert all(one["message"].isascii() for one in english)
    assert not any(one["message"].isascii() for one in chinese)
    assert {one["code"] for one in (await zone.get("/review-reasons")).body["items"]} == {"fraud", "death", "duplicate"}
    where = f"/verification-requests/{person}/rejection"
    for code in ("fraud", "name_differs", "no_such_reason"):
        refused = await staff.post(where, {"reason_code": code}, version=1)
        assert (refused.status, refused.code) == (422, "reason_unknown")
    assert (await staff.post(where, {"reason_code": chinese[0]["code"]}, version=1)).status == 200


@pytest.mark.requirement("A7", "A15")
async def test_who_waits_sees_the_position(serve: Serve) -> None:
    """Everybody sees how many requests were made before, and moves up when one is decided."""
    service = await serve("identity", some_morning())
    callers = [(await waits(service, f"E876543{n}", n=n))[0] for n in range(3)]

    async def ahead() -> list[Any]:
        return [(await one.get("/verification")).body["progress"]["ahead"] for one in callers]

    assert await ahead() == [0, 1, 2]
    staff = service.caller("identity_reviewer")
    (first, *_) = await _ids(staff)
    done = await staff.post(f"/verification-requests/{first}/rejection", {"reason_code": "image_unclear"}, version=1)
    assert done.status == 200
    assert (await callers[0].get("/verification")).body["state"] == "rejected"
    callers.pop(0)
    assert await ahead() == [0, 1]
