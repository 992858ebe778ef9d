"""What people read in the app, and what is handed to the SMS channel."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.declaration import DeclarationApproved, DeclarationSubmitted
from shared.contracts.identity import PersonContactChanged
from shared.contracts.identity_staff import StaffChanged
from shared.ids import DeclarationId, InstitutionId, PersonId, StaffId, new_id
from shared.security.sealing import seal_for_event
from tests.support.service_under_test import Serve, ServiceUnderTest

PERSON, INSTITUTION, STAFF = PersonId(new_id()), InstitutionId(new_id()), StaffId(new_id())


def _event(service: ServiceUnderTest, kind: type[Any], **more: Any) -> Any:
    return kind(
        occurred_at=service.clock.now(),
        aggregate_version=1,
        declaration_id=DeclarationId(new_id()),
        person_id=PERSON,
        institution_id=INSTITUTION,
        institution_name="江岸区虚构医院",
        cycle_year=2027,
        number="D2027-000001",
        **more,
    )


async def _people(service: ServiceUnderTest) -> None:
    def sealed(event: type[Any], field: str, key: object, value: str) -> str:
        return seal_for_event(service.keyring, "contact", f"{event.TYPE}.{field}:{key}", value)

    at = service.clock.now()
    await service.deliver(
        PersonContactChanged(
            occurred_at=at,
            aggregate_version=1,
            person_id=PERSON,
            phone=sealed(PersonContactChanged, "phone", PERSON, "13900000001"),
        )
    )
    await service.deliver(
        StaffChanged(
            occurred_at=at,
            aggregate_version=1,
            staff_id=STAFF,
            role="institution_business_admin",
            scope_kind="institution",
            scope_id=INSTITUTION,
            state="active",
            name=sealed(StaffChanged, "name", STAFF, "钱多多"),
            phone=sealed(StaffChanged, "phone", STAFF, "13900000002"),
        )
    )


@pytest.mark.requirement("A37")
async def test_submission_is_told_to_the_unit_and_approval_to_the_candidate(serve: Serve) -> None:
    """The unit's staff find the submission in the app; the candidate finds the approval, in either language."""
    service = await serve("notification")
    await _people(service)
    await service.deliver(_event(service, DeclarationSubmitted, submission=1))
    await service.deliver(_event(service, DeclarationApproved))
    unit = service.caller("institution_business_admin", id=STAFF, scope_id=INSTITUTION)
    candidate = service.caller("candidate", id=PERSON)
    at_unit, at_candidate = (await unit.get("/messages")).body, (await candidate.get("/messages")).body
    assert [m["kind"] for m in at_unit["items"]] == ["submitted"]
    assert [m["kind"] for m in at_candidate["items"]] == ["approved"]
    assert "D2027-000001" in at_unit["items"][0]["body"]
    english = await candidate.call("GET", "/messages", headers={"Accept-Language": "en"})
    assert english.body["items"][0]["title"] == "Declaration approved"


@pytest.mark.requirement("M4")
async def test_an_event_told_twice_makes_one_message_and_one_delivery(serve: Serve) -> None:
    """The unique keys absorb a second delivery even without the inbox row."""
    service = await serve("notification")
    await _people(service)
    event = _event(service, DeclarationApproved)
    await service.deliver(event)
    await service.deliver(event)
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM message") == 1
        assert await reader.fetchval("SELECT count(*) FROM delivery WHERE state = 'pending'") == 1


async def test_the_inbox_pages_and_counts_what_is_unread(serve: Serve) -> None:
    """Pages follow one another without gap or repeat; reading lowers the count."""
    service = await serve("notification")
    await _people(service)
    for minute in range(5):
        event = _event(service, DeclarationApproved)
        await service.deliver(event.model_copy(update={"occurred_at": event.occurred_at + timedelta(minutes=minute)}))
    candidate = service.caller("candidate", id=PERSON)
    first = (await candidate.get("/messages?limit=2")).body
    second = (await candidate.get(f"/messages?limit=2&cursor={first['next_cursor']}")).body
    third = (await candidate.get(f"/messages?limit=2&cursor={second['next_cursor']}")).body
    ids = [m["id"] for page in (first, second, third) for m in page["items"]]
    assert len(ids) == len(set(ids)) == 5
    assert third["next_cursor"] is None
    assert (await candidate.post(f"/messages/{ids[0]}/reading")).status == 204
    assert (await candidate.get("/messages/unread-count")).body["unread"] == 4
    stranger = service.caller("candidate")
    assert (await stranger.post(f"/messages/{ids[1]}/reading")).status == 404
    assert (await candidate.get("/messages?cursor=junk")).code == "cursor_invalid"
