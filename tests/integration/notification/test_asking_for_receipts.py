"""A callback that was lost: the provider is asked, with growing pauses, until it tells (V68)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notification import jobs
from services.notification.asking import ask_for_receipts
from services.notification.channels.sms import Sms
from services.notification.domain.delivery import Verdict
from services.notification.jobs import purge_contents
from tests.integration.notification.receipts import LATER, SECRET, aliyun, one_row, sent_notice, tell, told_states
from tests.integration.notification.test_delivering import mailbox
from tests.integration.notification.test_holding import sending
from tests.support.service_under_test import Serve, ServiceUnderTest

__all__ = ["mailbox"]


async def _at_the_provider(service: ServiceUnderTest, phone: str) -> Any:
    """A text that the provider has and that we sent under a serial; our id."""
    delivery = await sent_notice(service, "serial-1", phone)
    # The mailbox dates what it takes by the machine's clock, so the text is given to it under our id directly.
    outcome = await service.deps.sms["aliyun"].send(Sms(delivery, phone, "SMS_TIRO_APPROVED", {}))
    assert outcome.verdict is Verdict.SENT
    return delivery


@pytest.mark.requirement("V68")
async def test_a_lost_callback_is_asked_for(serve: Serve, mailbox: str) -> None:
    """Not before the provider's own repetitions are over; then it tells that the text arrived."""
    service = await sending(serve, mailbox)
    delivery = await _at_the_provider(service, "19900000061")
    await ask_for_receipts(service.deps)
    assert (await one_row(service))["state"] == "sent"
    service.clock.advance(LATER)
    await ask_for_receipts(service.deps)
    assert tuple(await one_row(service)) == ("delivered", "DELIVERED", "serial-1")
    assert await told_states(service) == [(delivery, "serial-1")]


@pytest.mark.requirement("V68")
async def test_who_does_not_tell_is_asked_again_later(serve: Serve) -> None:
    """Nobody answers at the provider: asked after twenty minutes, an hour and six hours later, not in between."""
    service = await sending(serve, "http://127.0.0.1:9")
    await sent_notice(service, "serial-1")
    asked = []
    for hours in (0.5, 0.5, 1, 3, 2.9):
        service.clock.advance(timedelta(hours=hours))
        await ask_for_receipts(service.deps)
        async with service.database.read() as reader:
            asked.append(await reader.fetchval("SELECT asked FROM receipt_inquiry"))
    assert asked == [1, 1, 2, 2, 2]
    assert (await one_row(service))["state"] == "sent"


@pytest.mark.requirement("V68")
async def test_a_text_without_a_serial_is_settled_by_our_own_id(serve: Serve, mailbox: str) -> None:
    """A look-up found it under our id after its answer was lost, so that no serial is known, at the second provider
    either: asked after, it is delivered, and the receipt belongs to it."""
    service = await sending(serve, mailbox)
    delivery = await _at_the_provider(service, "19900000063")
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE delivery SET provider = 'tencent', provider_id = NULL")
    service.clock.advance(LATER)
    # The mailbox speaks one protocol; what is asked about is how the answer finds its text.
    await ask_for_receipts(replace(service.deps, sms={"tencent": service.deps.sms["aliyun"]}))
    assert tuple(await one_row(service)) == ("delivered", "DELIVERED", str(delivery))
    assert await told_states(service) == [(delivery, str(delivery))]


@pytest.mark.requirement("V57")
async def test_contents_go_when_their_time_is_over_and_the_fact_stays(serve: Serve) -> None:
    """After their days the message says dashes, receipt and serial are gone; that it was sent and arrived is kept."""
    service = await sending(serve, "http://127.0.0.1:9")
    delivery = await sent_notice(service, "serial-1")
    await service.anonymous().post(f"/provider-callbacks/aliyun/{SECRET}", [aliyun(delivery, "serial-1")])
    service.clock.advance(timedelta(days=89))
    await purge_contents(service.deps)
    assert (await one_row(service))["provider_id"] == "serial-1"
    service.clock.advance(timedelta(days=2))
    await purge_contents(service.deps)
    assert tuple(await one_row(service)) == ("delivered", "DELIVERED", None)
    assert await told_states(service) == []
    async with service.database.read() as reader:
        person = await reader.fetchval("SELECT recipient_id FROM message")
        assert "虚构医院" in await reader.fetchval("SELECT parameters::text FROM message")
    service.clock.advance(timedelta(days=400))
    await tell(service, person=person)
    await purge_contents(service.deps)
    inbox = (await service.caller("candidate", id=person).get("/messages")).body["items"]
    assert [item["kind"] for item in inbox] == ["approved", "approved"]
    assert "虚构医院" in inbox[0]["body"]
    assert inbox[1]["body"] == "您的申报 — 已由 — 审核通过。"


@pytest.mark.requirement("V57")
@pytest.mark.parametrize("channel", ["wechat", "email", "sms"])
async def test_ids_of_every_provider_are_forgotten(serve: Serve, channel: str) -> None:
    """What nobody reports of, a WeChat notice, a letter, or a text that was never asked after, keeps its provider's id
    for its days and no longer."""
    service = await sending(serve, "http://127.0.0.1:9")
    await sent_notice(service, "msgid-1")
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE delivery SET channel = $1", channel)
    service.clock.advance(timedelta(days=89))
    await purge_contents(service.deps)
    assert tuple(await one_row(service)) == ("sent", "OK", "msgid-1")
    service.clock.advance(timedelta(days=2))
    await purge_contents(service.deps)
    assert tuple(await one_row(service)) == ("sent", "OK", None)


@pytest.mark.requirement("V57")
async def test_a_purge_ends_when_nothing_is_left(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a batch of receipts and inquiries, of texts that are there no longer: all are gone after one run."""
    monkeypatch.setattr(jobs, "_BATCH", 2)
    service = await sending(serve, "http://127.0.0.1:9")
    async with service.database.transaction() as tx:
        for statement in (
            "INSERT INTO receipt SELECT 'aliyun', n, gen_random_uuid(), true, n, $1 FROM unnest('{a,b,c}'::text[]) n",
            "INSERT INTO receipt_inquiry SELECT gen_random_uuid(), 1, $1 FROM generate_series(1, 5)",
        ):
            await tx.execute(statement, service.clock.now())
    service.clock.advance(timedelta(days=91))
    await purge_contents(service.deps)
    async with service.database.read() as reader:
        for table in ("receipt", "receipt_inquiry"):
            assert await reader.fetchval(f"SELECT count(*) FROM {table}") == 0
