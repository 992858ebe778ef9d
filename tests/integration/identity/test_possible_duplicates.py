"""Who may be here already is not verified by a machine: a person compares, and is shown with whom (5.4, F16)."""

import asyncio
from typing import Any

import pytest

from services.identity.storage import identity_documents
from services.identity.storage.recognition_jobs import RecognitionJob
from services.identity.use_cases.verifying import decide_automatic_verification as deciding
from services.identity.use_cases.verifying import search_people
from services.identity.use_cases.verifying.record_verified_identity import record_verified_identity
from shared.contracts.identity import PersonVerified, VerificationFailed
from tests.integration.identity.cards import claim, decide, take, with_photos
from tests.integration.identity.people import phone_number, resident_number, some_morning
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

NUMBER, SAME_BIRTH_DATE, OTHER_BIRTH_DATE = resident_number(1), resident_number(11), resident_number(2)


async def checked(service: ServiceUnderTest, n: int, name: str, number: str) -> tuple[Caller, RecognitionJob]:
    """The n-th person, whose card is being read; everything on it will agree."""
    caller = await with_photos(service, phone_number(n))
    started = await claim(caller, name, number)
    assert started.status == 202, started.body
    return caller, await take(service)


async def outcome(service: ServiceUnderTest, n: int, name: str, number: str) -> str | None:
    """What becomes of that check."""
    return await decide(service, (await checked(service, n, name, number))[1], None)


def test_the_numbers_are_what_the_tests_need() -> None:
    """Two numbers with one birth date, and one with another."""
    assert NUMBER[6:14] == SAME_BIRTH_DATE[6:14] != OTHER_BIRTH_DATE[6:14]
    assert NUMBER != SAME_BIRTH_DATE


@pytest.mark.requirement("F16")
async def test_somebody_alike_goes_to_a_reviewer_who_has_to_compare(serve: Serve) -> None:
    """Same name and birth date under another number: the request is in the queue by itself, costs no attempt, says why,
    shows the other person to the reviewer, and is approved only after comparing."""
    service = await serve("identity", some_morning())
    assert await outcome(service, 1, "王试", NUMBER) == "verified"
    caller, job = await checked(service, 2, "王试", SAME_BIRTH_DATE)
    assert await decide(service, job, None) == "pending_manual"
    shown = (await caller.get("/verification")).body
    assert (shown["state"], shown["reason"]["code"]) == ("pending_manual", "possible_duplicate")
    assert "人工审核" in shown["reason"]["message"]
    assert (shown["attempts_left"]["today"], shown["next_actions"]) == (3, ["wait", "withdraw"])
    assert await service.published(VerificationFailed) == []
    (first,) = await service.published(PersonVerified)

    staff = service.caller("identity_reviewer")
    (item,) = (await staff.get("/verification-requests")).body["items"]
    assert item["person_id"] == str(job.person_id)
    (found,) = (await staff.post("/verification-request-searches", {"document_no": SAME_BIRTH_DATE})).body["items"]
    assert found["person_id"] == item["person_id"]
    where = f"/verification-requests/{item['person_id']}"
    opened = (await staff.get(where)).body
    assert [one["person_id"] for one in opened["possible_duplicates"]] == [str(first.person_id)]
    assert opened["possible_duplicates"][0]["agrees_in"] == ["name", "birth_date"]
    details: dict[str, Any] = {"ethnicity_code": "01"}
    refused = await staff.post(f"{where}/approval", details, version=item["version"])
    assert (refused.status, refused.code) == (409, "possible_duplicate")
    details["duplicates_compared"] = True
    approved = await staff.post(f"{where}/approval", details, version=item["version"])
    assert (approved.status, approved.body["state"]) == (200, "verified"), approved.body
    async with service.database.read() as reader:
        query = "SELECT count(*) FROM audit_entry WHERE action = 'verification.hand_to_reviewer'"
        assert await reader.fetchval(query) == 1


@pytest.mark.requirement("F16", "A16")
async def test_who_is_sent_to_a_reviewer_may_withdraw(serve: Serve) -> None:
    """The request can be taken back; trying the machine again ends with the reviewer again."""
    service = await serve("identity", some_morning())
    assert await outcome(service, 1, "王试", NUMBER) == "verified"
    caller, job = await checked(service, 2, "王试", SAME_BIRTH_DATE)
    assert await decide(service, job, None) == "pending_manual"
    assert (await caller.post("/verification/withdrawal")).body["state"] == "unverified"
    assert (await claim(caller, "王试", SAME_BIRTH_DATE)).status == 202
    assert await decide(service, await take(service), None) == "pending_manual"


@pytest.mark.requirement("F16")
async def test_a_document_that_was_anothers_goes_to_a_reviewer(serve: Serve) -> None:
    """A number that another account used before it changed documents: two names for one document are looked at."""
    service = await serve("identity", some_morning())
    _, job = await checked(service, 1, "王试", NUMBER)
    assert await decide(service, job, None) == "verified"
    async with service.database.transaction() as tx:
        await identity_documents.update_superseded(tx, job.person_id, service.clock.now())
    caller, again = await checked(service, 2, "诸葛试", NUMBER)
    assert await decide(service, again, None) == "pending_manual"
    request = f"/verification-requests/{again.person_id}"
    (alike,) = (await service.caller("identity_reviewer").get(request)).body["possible_duplicates"]
    assert (alike["agrees_in"], alike["person_id"]) == (["document_no"], str(job.person_id))
    assert (await caller.get("/verification")).body["reason"]["code"] == "possible_duplicate"


@pytest.mark.requirement("F16")
@pytest.mark.parametrize(("name", "number"), [("诸葛试", SAME_BIRTH_DATE), ("王试", OTHER_BIRTH_DATE)])
async def test_who_agrees_in_less_is_verified_at_once(serve: Serve, name: str, number: str) -> None:
    """The same birth date alone, or the same name alone, holds nobody up."""
    service = await serve("identity", some_morning())
    assert await outcome(service, 1, "王试", NUMBER) == "verified"
    assert await outcome(service, 2, name, number) == "verified"


@pytest.mark.requirement("F16")
async def test_control_without_the_comparison_one_human_being_is_verified_twice(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the comparison away the second account is verified in silence."""
    service = await serve("identity", some_morning())

    async def nobody(*_: object) -> list[object]:
        """Looks at nobody."""
        return []

    monkeypatch.setattr(deciding, "compare_before_verifying", nobody)
    assert await outcome(service, 1, "王试", NUMBER) == "verified"
    assert await outcome(service, 2, "王试", SAME_BIRTH_DATE) == "verified"


async def race(service: ServiceUnderTest) -> list[str]:
    """Two accounts alike, decided at the same moment."""
    jobs = [(await checked(service, 1, "王试", NUMBER))[1], (await checked(service, 2, "王试", SAME_BIRTH_DATE))[1]]
    return sorted([str(state) for state in await asyncio.gather(*(decide(service, job, None) for job in jobs))])


@pytest.mark.requirement("F16", "M9")
async def test_of_two_alike_at_once_one_is_compared(serve: Serve) -> None:
    """However close together, the second sees the first."""
    service = await serve("identity", some_morning())
    assert await race(service) == ["pending_manual", "verified"]


@pytest.mark.requirement("F16", "M9")
async def test_control_without_the_lock_two_alike_pass_at_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without the lock on name and birth date both look before either has written, and both pass."""
    service = await serve("identity", some_morning())
    both_looked, record = asyncio.Barrier(2), record_verified_identity

    async def nobody_waits(*_: object, **__: object) -> None:
        """Neither knows of the other."""

    async def after_both(*arguments: Any) -> bool:
        """The real step, once both have looked."""
        await both_looked.wait()
        return await record(*arguments)

    monkeypatch.setattr(search_people, "lock_value", nobody_waits)
    monkeypatch.setattr(deciding, "record_verified_identity", after_both)
    assert await race(service) == ["verified", "verified"]
