"""Numbers that take no texts: who is told, and how a mark is lifted (V68)."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.notification.delivering import deliver_due
from services.notification.domain.delivery import Outcome, Settled, Verdict
from services.notification.domain.receipt import SENTENCES
from services.notification.lanes import LEASE
from services.notification.storage import deliveries
from shared.contracts.identity import PersonContactChanged, PhoneChanged
from shared.ids import PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.notification.receipts import PHONE, sent_notice, tell
from tests.integration.notification.test_delivering import _letters, mailbox
from tests.integration.notification.test_holding import OTHER, _reported, run, sending
from tests.support.service_under_test import Serve, ServiceUnderTest

__all__ = ["mailbox"]
pytestmark = pytest.mark.requirement("V68")


async def _moved(service: ServiceUnderTest, person: UUID, phone: str) -> None:
    """The account has another number from now on."""
    who = PersonId(person)
    sealed = seal_for_event(service.keyring, "contact", f"{PersonContactChanged.TYPE}.phone:{who}", phone)
    at = service.clock.now()
    await service.deliver(PersonContactChanged(occurred_at=at, aggregate_version=2, person_id=who, phone=sealed))


async def _warned(service: ServiceUnderTest, person: UUID, phone: str, serial: str) -> UUID:
    """The old number was told of the change; our id of the text, which the provider took."""
    who, at = PersonId(person), service.clock.now()
    old = seal_for_event(service.keyring, "contact", f"{PhoneChanged.TYPE}.old_phone:{who}", phone)
    await service.deliver(
        PhoneChanged(occurred_at=at, aggregate_version=2, person_id=who, old_phone=old, held_until=at)
    )
    async with service.database.transaction() as tx:
        (claimed,) = await deliveries.claim_notices("sms", tx, at, LEASE, 1)
        taken = Outcome(Verdict.SENT, "OK", serial)
        await deliveries.update_settled(tx, claimed, Settled("sent", None), taken, at)
    return claimed.id


async def _kinds(service: ServiceUnderTest, person: UUID) -> list[str]:
    inbox = await service.caller("candidate", id=person).get("/messages")
    return [item["kind"] for item in inbox.body["items"]]


@pytest.mark.parametrize("to_account", [True, False])
async def test_the_fault_of_an_old_number_is_not_told_of_the_new_one(
    serve: Serve, mailbox: str, to_account: bool
) -> None:
    """Neither the warning to the number that was replaced, nor a notice that had gone to it, makes the person read that
    the number of today takes no texts; the old one is marked, and the next notice goes to the new one."""
    service = await sending(serve, mailbox)
    person = await tell(service)
    await run(service, "DELETE FROM delivery")
    if to_account:
        old = await sent_notice(service, "serial-1", person=person)
        await _moved(service, person, OTHER)
    else:
        await _moved(service, person, OTHER)
        old = await _warned(service, person, PHONE, "serial-1")
    await _reported(service, old, "serial-1", "MK:0001")
    assert "number_unreachable" not in await _kinds(service, person)
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT count(*) FROM unreachable_number") == 1
    await tell(service, person=person)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, OTHER)) == 1


async def _resent(service: ServiceUnderTest) -> None:
    """Somebody who runs the platform sends the newest delivery again, and the rounds take it to the provider."""
    async with service.database.read() as reader:
        newest = await reader.fetchval("SELECT id FROM delivery ORDER BY created_at DESC, settled_at DESC LIMIT 1")
    answer = await service.caller("zone_admin").post(f"/deliveries/{newest}/resends", {"reason": "asked_again"})
    assert answer.status == 201
    for _ in range(2):
        await deliver_due(service.deps)


async def test_a_notice_sent_again_by_hand_lifts_the_mark_when_it_arrives(serve: Serve, mailbox: str) -> None:
    """A marked number gets no notice, but one that is sent again with a reason; while that one is under way the mark
    stands (control), and once it is delivered the next notice goes by itself."""
    service = await sending(serve, mailbox)
    person = await tell(service)
    await run(service, "DELETE FROM delivery")
    first = await sent_notice(service, "serial-1", person=person)
    await _reported(service, first, "serial-1", "MK:0001")
    service.clock.advance(timedelta(seconds=1))
    await tell(service, person=person)
    await deliver_due(service.deps)
    assert await _letters(mailbox, PHONE) == []
    await _resent(service)
    assert len(await _letters(mailbox, PHONE)) == 1
    service.clock.advance(timedelta(seconds=1))
    await tell(service, person=person)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, PHONE)) == 1
    async with service.database.read() as reader:
        (sent,) = await reader.fetch("SELECT id, provider_id FROM delivery WHERE resend_of IS NOT NULL")
    await _reported(service, sent["id"], sent["provider_id"], None)
    await tell(service, person=person)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, PHONE)) == 2


async def test_the_inbox_says_how_the_mark_is_lifted(serve: Serve) -> None:
    """Whoever reads that the number takes no texts reads too that a login code which arrives mends it."""
    service = await sending(serve, "http://127.0.0.1:9")
    person = await tell(service)
    await run(service, "DELETE FROM delivery")
    first = await sent_notice(service, "serial-1", person=person)
    await _reported(service, first, "serial-1", "MK:0001")
    inbox = await service.caller("candidate", id=person).get("/messages")
    assert "登录验证码" in next(item["body"] for item in inbox.body["items"] if item["kind"] == "number_unreachable")


async def test_who_runs_the_platform_reads_what_to_do(serve: Serve, mailbox: str) -> None:
    """The view of a delivery gives advice in the caller's language, listed and by itself; none of one that went."""
    service = await sending(serve, mailbox)
    person = await tell(service)
    await run(service, "DELETE FROM delivery")
    first = await sent_notice(service, "serial-1", person=person)
    zone = service.caller("zone_admin", scope_id=new_id())
    assert (await zone.get(f"/deliveries/{first}")).body["advice"] is None
    await _reported(service, first, "serial-1", "MK:0001")
    english = await zone.call("GET", f"/deliveries/{first}", headers={"Accept-Language": "en"})
    assert english.body["advice"] == SENTENCES["no_such_number"][1]
    await tell(service, person=person)
    await deliver_due(service.deps)
    listed = (await zone.get(f"/deliveries?recipient_id={person}&state=failed")).body["items"]
    assert "重发" in listed[0]["advice"]
