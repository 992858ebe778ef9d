"""A sender that dies between the provider's answer and its own note: asked again, never sent twice (M10, M11)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.local.mailbox.script import CUT, Scripted
from services.notification.channels.sms import Sms
from services.notification.channels.tencent_sms import TencentSms
from services.notification.delivering import deliver_due
from services.notification.domain.delivery import Outcome, Verdict, days_between
from services.notification.handing_over import look_up
from services.notification.lanes import LEASE
from services.notification.opening import open_delivery
from services.notification.sending import settle
from services.notification.storage import deliveries
from shared.clock import SHANGHAI, FrozenClock, SystemClock
from shared.contracts.declaration import DeclarationApproved
from shared.contracts.identity import PersonContactChanged
from shared.ids import DeclarationId, InstitutionId, PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.integration.notification.test_delivering import ACCOUNT, _letters, mailbox
from tests.support.fake_providers import running_providers
from tests.support.service_under_test import Serve, ServiceUnderTest

__all__ = ["mailbox"]
_RECONCILE = timedelta(seconds=600)


async def with_notice(serve: Serve, endpoint: str, phone: str) -> ServiceUnderTest:
    """The service with a notice to one person that is due to be sent."""
    clock = FrozenClock(SystemClock().now())
    service: ServiceUnderTest = await serve(
        "notification",
        clock,
        SMS__ENDPOINT=endpoint,
        SMS__ACCESS_KEY_ID=ACCOUNT.key_id,
        SMS__ACCESS_KEY_SECRET=ACCOUNT.key_secret,
    )
    person, at = PersonId(new_id()), clock.now()
    place = f"{PersonContactChanged.TYPE}.phone:{person}"
    sealed = seal_for_event(service.keyring, "contact", place, phone)
    await service.deliver(PersonContactChanged(occurred_at=at, aggregate_version=1, person_id=person, phone=sealed))
    await service.deliver(
        DeclarationApproved(
            occurred_at=at,
            aggregate_version=1,
            declaration_id=DeclarationId(new_id()),
            person_id=person,
            institution_id=InstitutionId(new_id()),
            institution_name="江岸区虚构医院",
            cycle_year=2027,
            number="D2027-000001",
        )
    )
    return service


async def sent_and_not_noted(service: ServiceUnderTest) -> None:
    """The sender hands the text over and is killed before it can say so."""
    async with service.database.transaction() as tx:
        (claimed,) = await deliveries.claim_notices("sms", tx, service.clock.now(), LEASE, 1)
    sms = await open_delivery(service.deps, claimed)
    assert isinstance(sms, Sms)
    await service.deps.sms["aliyun"].send(sms)
    service.clock.advance(LEASE)


async def row(service: ServiceUnderTest) -> Any:
    """The one delivery."""
    async with service.database.read() as reader:
        return await reader.fetchrow("SELECT state, outcome_code, attempts FROM delivery")


@pytest.mark.requirement("M10", "M11")
async def test_what_went_before_a_crash_is_found_at_the_provider(serve: Serve, mailbox: str) -> None:
    """After the lease it is unknown, after ten minutes the provider is asked by our id and knows it: one text."""
    service = await with_notice(serve, mailbox, "19900000021")
    await sent_and_not_noted(service)
    await deliver_due(service.deps)
    assert (await row(service))["state"] == "unknown"
    service.clock.advance(_RECONCILE)
    await deliver_due(service.deps)
    assert (await row(service))["state"] == "sent"
    assert len(await _letters(mailbox, "19900000021")) == 1


@pytest.mark.requirement("M10", "M11")
async def test_control_without_the_unknown_state_it_goes_twice(serve: Serve, mailbox: str) -> None:
    """Negative control: a lost sender's delivery taken for not sent reaches the phone a second time."""
    service = await with_notice(serve, mailbox, "19900000022")
    await sent_and_not_noted(service)
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE delivery SET state = 'pending'")
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, "19900000022")) == 2


@pytest.mark.requirement("M11")
async def test_what_the_provider_can_not_tell_is_a_finding_and_then_given_up(serve: Serve) -> None:
    """The provider hangs up and is not to be reached afterwards: overdue look-ups are a finding, after a day the notice
    fails for a human to see, and nothing was tried again."""
    async with running_providers() as providers:
        providers.aliyun.append(Scripted(body=CUT))
        service = await with_notice(serve, providers.endpoint, "19900000023")
        await deliver_due(service.deps)
    await service.reconcile("look-at-sends")
    assert await service.findings() == {}
    service.clock.advance(_RECONCILE + timedelta(minutes=5))
    await service.reconcile("look-at-sends")
    assert await service.findings() == {"unknown_send": 1}
    await deliver_due(service.deps)
    service.clock.advance(timedelta(days=1))
    await service.reconcile("look-at-sends")
    assert tuple(await row(service)) == ("failed", "fate_unknown", 1)
    assert await service.findings() == {"unknown_send": 1}
    service.clock.advance(timedelta(days=1))
    await service.reconcile("look-at-sends")
    assert await service.findings() == {}


@pytest.mark.requirement("M10", "M11")
async def test_a_notice_that_was_held_for_long_is_still_looked_up(serve: Serve, mailbox: str) -> None:
    """Held for 25 hours, then the provider takes it and its answer is lost: it is not given up at once, and ten minutes
    later the provider tells. A look-up that tells nothing does not begin the day anew."""
    service = await with_notice(serve, mailbox, "19900000024")
    service.clock.advance(timedelta(hours=25))
    await sent_and_not_noted(service)
    await deliver_due(service.deps)
    await service.reconcile("look-at-sends")
    assert (await row(service))["state"] == "unknown"
    async with service.database.transaction() as tx:
        (asked,) = await deliveries.claim_unknown(tx, service.clock.now() + _RECONCILE, LEASE, 1)
    service.clock.advance(_RECONCILE)
    await settle(service.deps, asked, Outcome(Verdict.UNKNOWN, "timeout"))
    async with service.database.read() as reader:
        since = await reader.fetchval("SELECT unknown_since FROM delivery")
    assert since == service.clock.now() - _RECONCILE
    service.clock.advance(_RECONCILE)
    await deliver_due(service.deps)
    assert tuple(await row(service)) == ("sent", "DELIVERED", 1)
    assert len(await _letters(mailbox, "19900000024")) == 1


@pytest.mark.requirement("M10")
async def test_a_text_without_a_receipt_yet_is_not_taken_for_absent() -> None:
    """Tencent took the text and hung up, and no phone has confirmed it: nothing goes again; once there is a receipt it
    is found."""
    async with running_providers() as providers:
        tencent, today = TencentSms(providers.tencent_settings()), SystemClock().now().astimezone(SHANGHAI).date()
        sms = Sms(new_id(), "19900000025", "SMS_TIRO_LOGIN", {"code": "246810"})
        providers.tencent.script.append(Scripted(body=CUT, accept=True))
        providers.tencent.receipts_after = 600
        assert (await tencent.send(sms)).verdict is Verdict.UNKNOWN
        assert (await tencent.look_up(sms, today)).verdict is Verdict.UNKNOWN
        providers.tencent.receipts_after = 0
        assert (await tencent.look_up(sms, today)).verdict is Verdict.SENT
        await tencent.close()


@pytest.mark.requirement("M10")
async def test_a_day_that_says_nothing_does_not_end_the_look_up(serve: Serve) -> None:
    """Nothing is listed on the first of two days, which with Tencent proves nothing: found on the second."""
    async with running_providers() as providers:
        service = await with_notice(serve, providers.endpoint, "19900000024")
        tencent = TencentSms(providers.tencent_settings())
        deps = replace(service.deps, sms={"tencent": tencent})
        async with service.database.transaction() as tx:
            (claimed,) = await deliveries.claim_notices("sms", tx, service.clock.now(), LEASE, 1)
        sms, today = await open_delivery(deps, claimed), service.clock.now().astimezone(SHANGHAI).date()
        assert isinstance(sms, Sms)
        await tencent.send(sms)
        outcome = await look_up(deps, claimed, sms, [today - timedelta(days=1), today])
        assert outcome.verdict is Verdict.SENT
        outcome = await look_up(deps, claimed, sms, [today - timedelta(days=2), today - timedelta(days=1)])
        assert (outcome.verdict, outcome.code) == (Verdict.UNKNOWN, "look_up_ambiguous")
        await tencent.close()


@pytest.mark.requirement("M10")
def test_the_days_of_a_look_up_are_shanghais() -> None:
    """A text made before midnight and sent after it is looked for on both days; at six in the morning it is today."""
    late = datetime(2027, 1, 5, 23, 59, tzinfo=SHANGHAI)
    assert [day.day for day in days_between(late, late + timedelta(minutes=11))] == [5, 6]
    early = datetime(2027, 1, 4, 22, 0, tzinfo=UTC)
    assert [day.day for day in days_between(early, early)] == [5]
