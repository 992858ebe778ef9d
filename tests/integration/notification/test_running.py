"""What people who run the platform see and do: search by person and event, history, resending, figures."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from deploy.local.mailbox.script import CUT, Scripted
from services.notification.delivering import deliver_due
from services.notification.domain.resending import MOST_RESENDS, Resendable
from services.notification.storage import sent
from services.notification.storage.sent import Sent
from shared.clock import FrozenClock, SystemClock
from shared.contracts.declaration import DeclarationApproved
from shared.contracts.identity import LoginCodeIssued, PersonContactChanged, PhoneChanged
from shared.ids import DeclarationId, InstitutionId, PersonId, new_id
from shared.postgres.transaction import Transaction
from shared.security.sealing import seal_for_event
from tests.integration.notification.test_delivering import ACCOUNT, _issue_code, _letters, mailbox
from tests.support.fake_providers import running_providers
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

__all__ = ["mailbox"]


def to_mailbox(address: str) -> dict[str, str]:
    """Settings that lead to the mailbox."""
    return {
        "SMS__ENDPOINT": address,
        "SMS__ACCESS_KEY_ID": ACCOUNT.key_id,
        "SMS__ACCESS_KEY_SECRET": ACCOUNT.key_secret,
    }


async def reached_at(service: ServiceUnderTest, person: PersonId, phone: str, version: int) -> None:
    """The person has this number from now on."""
    place = f"{PersonContactChanged.TYPE}.phone:{person}"
    await service.deliver(
        PersonContactChanged(
            occurred_at=service.clock.now(),
            aggregate_version=version,
            person_id=person,
            phone=seal_for_event(service.keyring, "contact", place, phone),
        )
    )


async def approved(service: ServiceUnderTest, person: PersonId) -> UUID:
    """An approval is told; the id of its event."""
    event = DeclarationApproved(
        occurred_at=service.clock.now(),
        aggregate_version=1,
        declaration_id=DeclarationId(new_id()),
        person_id=person,
        institution_id=InstitutionId(new_id()),
        institution_name="江岸区虚构医院",
        cycle_year=2027,
        number="D2027-000001",
    )
    await service.deliver(event)
    return event.event_id


async def only(caller: Caller, query: str) -> Any:
    """The one delivery that a search finds."""
    answer = await caller.get(f"/deliveries?{query}")
    assert answer.status == 200, answer.body
    (found,) = answer.body["items"]
    return found


async def audited(service: ServiceUnderTest, action: str) -> int:
    """How many entries of an action stand in the trail."""
    async with service.database.read() as reader:
        return int(await reader.fetchval("SELECT count(*) FROM audit_entry WHERE action = $1", action))


@pytest.mark.requirement("V64")
async def test_what_somebody_was_told_and_sent_is_found(serve: Serve, mailbox: str) -> None:
    """By person and by event, message and text, with every step and no number; looking at a person leaves one entry in
    the trail each time, looking at an event none."""
    service = await serve("notification", FrozenClock(SystemClock().now()), **to_mailbox(mailbox))
    person, other = PersonId(new_id()), PersonId(new_id())
    await reached_at(service, person, "19900000701", 1)
    await reached_at(service, other, "19900000702", 1)
    event_id = await approved(service, person)
    await approved(service, other)
    await deliver_due(service.deps)
    zone = service.caller("zone_admin", scope_id=new_id())
    found = await only(zone, f"recipient_id={person}")
    assert found == await only(zone, f"event_id={event_id}")
    assert (found["state"], found["kind"], found["title"]) == ("sent", "approved", "申报审核通过")
    assert found["outcome_code"] == "OK"
    assert found["provider_id"]
    history = (await zone.get(f"/deliveries/{found['id']}")).body
    assert [(one["state"], one["outcome_code"], one["attempts"]) for one in history["steps"]] == [("sent", "OK", 1)]
    assert "19900000701" not in str(history)
    told = (await zone.get(f"/told-messages?recipient_id={person}")).body["items"]
    assert [(one["event_id"], one["message"]["kind"]) for one in told] == [(str(event_id), "approved")]
    assert (await zone.get(f"/told-messages?event_id={event_id}")).body["items"] == told
    assert (await zone.get(f"/deliveries?recipient_id={person}&state=failed")).body["items"] == []
    assert (await audited(service, "deliveries.search"), await audited(service, "messages.search")) == (2, 1)
    for path in ("/deliveries", "/told-messages", f"/deliveries?recipient_id={person}&event_id={event_id}"):
        assert (await zone.get(path)).code == "recipient_or_event_needed"
    assert (await zone.get(f"/deliveries/{new_id()}")).code == "delivery_not_found"


async def test_every_attempt_is_a_step(serve: Serve) -> None:
    """A text that waits for its number, is tried where nobody answers and is asked after: each change once, with the
    attempts, and none for looks that change nothing."""
    clock = FrozenClock(SystemClock().now())
    async with running_providers() as providers:
        providers.aliyun.extend([Scripted(body=CUT)] * 3)
        service = await serve("notification", clock, **to_mailbox(providers.endpoint))
        person = PersonId(new_id())
        await approved(service, person)
        for _ in range(3):
            await deliver_due(service.deps)
            clock.advance(timedelta(seconds=2))
        await reached_at(service, person, "19900000703", 1)
        await deliver_due(service.deps)
        clock.advance(timedelta(minutes=11))
        for _ in range(2):
            await deliver_due(service.deps)
    zone = service.caller("zone_admin", scope_id=new_id())
    found = await only(zone, f"recipient_id={person}")
    steps = (await zone.get(f"/deliveries/{found['id']}")).body["steps"]
    assert [one["state"] for one in steps][:2] == ["pending", "unknown"]
    assert len(steps) == len({(one["state"], one["outcome_code"]) for one in steps})


async def test_a_notice_goes_again_to_the_number_of_today(serve: Serve, mailbox: str) -> None:
    """With a reason, to the number that the account has now, as a delivery of its own linked to the first; the trail
    says who and why; the same key sends once; after some times it is enough."""
    service = await serve("notification", FrozenClock(SystemClock().now()), **to_mailbox(mailbox))
    person = PersonId(new_id())
    await reached_at(service, person, "19900000704", 1)
    event_id = await approved(service, person)
    zone = service.caller("zone_admin", scope_id=new_id())
    first = await only(zone, f"event_id={event_id}")
    path = f"/deliveries/{first['id']}/resends"
    body = {"reason": "number_changed"}
    assert (await zone.post(path, body)).code == "delivery_not_over"
    await deliver_due(service.deps)
    await reached_at(service, person, "19900000705", 2)
    assert (await zone.post(path, {"reason": "because"})).status == 422
    service.clock.advance(timedelta(minutes=1))
    made = await zone.post(path, body, key="one-key-for-both-of-them")
    again = await zone.post(path, body, key="one-key-for-both-of-them")
    assert (made.status, made.body) == (201, again.body)
    assert (made.body["resend_of"], made.body["resend_reason"]) == (first["id"], "number_changed")
    assert (await zone.post(path, body)).code == "delivery_not_over"
    await deliver_due(service.deps)
    assert (len(await _letters(mailbox, "19900000704")), len(await _letters(mailbox, "19900000705"))) == (1, 1)
    found = (await zone.get(f"/deliveries?event_id={event_id}")).body["items"]
    assert [(one["state"], one["resend_of"]) for one in found] == [("sent", first["id"]), ("sent", None)]
    for _ in range(MOST_RESENDS - 1):
        # Of a further one too: all hang on the first.
        answer = await zone.post(f"/deliveries/{made.body['id']}/resends", {"reason": "not_received"})
        assert (answer.status, answer.body["resend_of"]) == (201, first["id"])
        await deliver_due(service.deps)
    assert (await zone.post(path, body)).code == "resent_too_often"
    assert await audited(service, "delivery.resend") == MOST_RESENDS
    assert (await service.caller("auditor").post(path, body)).status == 403


@pytest.mark.requirement("M10")
async def test_codes_and_numbers_that_are_not_kept_never_go_again(serve: Serve, mailbox: str) -> None:
    """Neither a login code that was sent nor a warning to the number that was replaced."""
    service = await serve("notification", **to_mailbox(mailbox))
    await _issue_code(service, "19900000706")
    person = PersonId(new_id())
    place = f"{PhoneChanged.TYPE}.{{}}:{person}"
    await service.deliver(
        PhoneChanged(
            occurred_at=service.clock.now(),
            aggregate_version=2,
            person_id=person,
            old_phone=seal_for_event(service.keyring, "contact", place.format("old_phone"), "19900000707"),
            held_until=service.clock.now() + timedelta(days=1),
        )
    )
    await deliver_due(service.deps)
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT id, event_type FROM delivery WHERE state = 'sent'")
    zone = service.caller("zone_admin", scope_id=new_id())
    refused = {
        row["event_type"]: (await zone.post(f"/deliveries/{row['id']}/resends", {"reason": "asked_again"})).code
        for row in rows
    }
    assert refused == {LoginCodeIssued.TYPE: "code_never_resent", PhoneChanged.TYPE: "number_not_kept"}
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, "19900000706")) == len(await _letters(mailbox, "19900000707")) == 1


async def over(service: ServiceUnderTest) -> str:
    """The id of a delivery that failed for good."""
    person = PersonId(new_id())
    event_id = await approved(service, person)
    async with service.database.transaction() as tx:
        await tx.execute(
            "UPDATE delivery SET state = 'failed', outcome_code = 'no_phone', settled_at = $2 WHERE event_id = $1",
            event_id,
            service.clock.now(),
        )
        return str(await tx.fetchval("SELECT id FROM delivery WHERE event_id = $1", event_id))


async def racing(service: ServiceUnderTest, delivery_id: str, count: int) -> list[int]:
    """What so many people are answered who send the same notice again at the same moment."""
    callers = [service.caller("zone_admin", scope_id=new_id()) for _ in range(count)]
    path, body = f"/deliveries/{delivery_id}/resends", {"reason": "not_received"}
    return sorted(one.status for one in await asyncio.gather(*(caller.post(path, body) for caller in callers)))


async def test_two_people_send_one_notice_again_once(serve: Serve) -> None:
    """Of many at the same moment one is heard, the others are told that it is under way."""
    service = await serve("notification", SMS__ENDPOINT="http://127.0.0.1:9")
    assert await racing(service, await over(service), 6) == [201, 409, 409, 409, 409, 409]


async def test_without_the_lock_two_are_let_through(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: two that look before either writes are both let through, and only the key of the table is left: one
    runs into it, which is a fault and not an answer."""
    service = await serve("notification", SMS__ENDPOINT="http://127.0.0.1:9")
    looked, met = sent.lock_resendable, asyncio.Barrier(2)

    async def unlocked(tx: Transaction, delivery: Sent) -> Resendable:
        resendable = await looked(tx, delivery)
        await met.wait()
        return resendable

    monkeypatch.setattr(sent, "_LOCK_FIRST", "SELECT $1::uuid")
    monkeypatch.setattr(sent, "lock_resendable", unlocked)
    statuses = await racing(service, await over(service), 2)
    assert statuses[0] == 201
    assert statuses[1] >= 500
