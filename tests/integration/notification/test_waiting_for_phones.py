"""A text whose holder's phone was not heard of yet waits for it: the event that brings it travels in another queue."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.notification.delivering import deliver_due
from services.notification.domain.delivery import PHONE_DELAYS
from services.notification.storage import new_deliveries
from shared.clock import FrozenClock
from shared.contracts.declaration import DeclarationApproved
from shared.contracts.identity import PersonClosed, PersonContactChanged
from shared.contracts.identity_staff import OwnershipTransferChanged
from shared.ids import DeclarationId, InstitutionId, PersonId, StaffId, new_id
from shared.security.sealing import seal_for_event, unseal_from_event
from tests.integration.notification.test_staff_notices import account
from tests.support.service_under_test import Serve, ServiceUnderTest

PHONE = "13900000061"


async def silent(serve: Serve) -> ServiceUnderTest:
    """Notification with a clock of its own and nobody at the provider's address: an attempt shows as `not_reached`."""
    clock = FrozenClock(datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    service: ServiceUnderTest = await serve("notification", clock, SMS__ENDPOINT="http://127.0.0.1:9")
    return service


async def approved(service: ServiceUnderTest, person: PersonId) -> None:
    """Something that is told by SMS."""
    event = DeclarationApproved(
        occurred_at=service.clock.now(),
        aggregate_version=1,
        declaration_id=DeclarationId(new_id()),
        person_id=person,
        institution_id=InstitutionId(new_id()),
        institution_name="江岸区虚构医院",
        cycle_year=2027,
        number="D2027-000061",
    )
    await service.deliver(event)


async def phone_is_told(service: ServiceUnderTest, person: PersonId) -> None:
    """Identity tells how to reach the person."""
    place = f"{PersonContactChanged.TYPE}.phone:{person}"
    sealed = seal_for_event(service.keyring, "contact", place, PHONE)
    at = service.clock.now()
    await service.deliver(PersonContactChanged(occurred_at=at, aggregate_version=1, person_id=person, phone=sealed))


async def texts(service: ServiceUnderTest, recipient: UUID) -> list[Any]:
    """The rows of the recipient's texts."""
    query = "SELECT state, attempts, outcome_code, phone_place, phone_event FROM delivery WHERE recipient_id = $1"
    async with service.database.read() as reader:
        return list(await reader.fetch(query, recipient))


@pytest.mark.requirement("M6", "M7")
async def test_a_text_waits_for_a_phone_that_comes_late(serve: Serve) -> None:
    """An approval is heard before the phone: the text waits through several looks, goes to the phone once that is
    known, and its attempts at the provider are counted from the first."""
    service, person = await silent(serve), PersonId(new_id())
    await approved(service, person)
    for look in range(1, 4):
        await deliver_due(service.deps)
        (waiting,) = await texts(service, person)
        assert (waiting["state"], waiting["attempts"], waiting["phone_event"]) == ("waiting", look, "")
        await deliver_due(service.deps)
        assert (await texts(service, person))[0]["attempts"] == look, "looked again before its time"
        service.clock.advance(timedelta(seconds=1))
    await phone_is_told(service, person)
    await deliver_due(service.deps)
    (sent,) = await texts(service, person)
    assert (sent["outcome_code"], sent["attempts"]) == ("not_reached", 1)
    assert unseal_from_event(service.keyring, "contact", sent["phone_place"], sent["phone_event"]) == PHONE


@pytest.mark.requirement("M6")
async def test_control_without_waiting_the_text_is_lost(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: where only known phones are written to, the same order of events leaves no text at all."""
    service, person = await silent(serve), PersonId(new_id())
    known_only = new_deliveries._INSERT_FOR_PEOPLE.replace("LEFT JOIN known_person", "JOIN known_person")
    monkeypatch.setattr(new_deliveries, "_INSERT_FOR_PEOPLE", known_only)
    await approved(service, person)
    await phone_is_told(service, person)
    await deliver_due(service.deps)
    assert await texts(service, person) == []


@pytest.mark.requirement("M6")
async def test_waiting_ends_after_a_day_and_is_not_taken_up_again(serve: Serve) -> None:
    """Who has no phone (a login by WeChat alone) is looked for as often as the delays say, then given up for good; a
    phone that is linked later gets no news of days ago."""
    service, person = await silent(serve), PersonId(new_id())
    await approved(service, person)
    for delay in PHONE_DELAYS:
        await deliver_due(service.deps)
        assert (await texts(service, person))[0]["state"] == "waiting"
        service.clock.advance(delay)
    await deliver_due(service.deps)
    (given_up,) = await texts(service, person)
    assert (given_up["state"], given_up["outcome_code"]) == ("failed", "no_phone")
    assert timedelta(hours=23) < sum(PHONE_DELAYS, timedelta()) < timedelta(hours=26)
    await phone_is_told(service, person)
    service.clock.advance(timedelta(hours=2))
    await deliver_due(service.deps)
    assert (await texts(service, person))[0]["state"] == "failed"


@pytest.mark.requirement("M6", "V58")
async def test_nobody_waits_for_a_closed_account(serve: Serve) -> None:
    """A text that waits when the account is closed is given up at the next look, and later events make none."""
    service, person = await silent(serve), PersonId(new_id())
    await approved(service, person)
    await deliver_due(service.deps)
    await service.deliver(PersonClosed(occurred_at=service.clock.now(), aggregate_version=3, person_id=person))
    await approved(service, person)
    service.clock.advance(timedelta(seconds=1))
    await deliver_due(service.deps)
    assert [(row["state"], row["outcome_code"]) for row in await texts(service, person)] == [("failed", "no_phone")]


@pytest.mark.requirement("M6", "P15")
async def test_a_text_waits_for_a_staff_account_too(serve: Serve) -> None:
    """A transfer of ownership is heard before the accounts it names: both texts wait, and go when each is known."""
    service = await silent(serve)
    old, new = StaffId(new_id()), StaffId(new_id())
    proposed = OwnershipTransferChanged(
        occurred_at=service.clock.now(),
        aggregate_version=1,
        transfer_id=new_id(),
        institution_id=InstitutionId(new_id()),
        institution_name="江岸区虚构医院",
        from_staff_id=old,
        to_staff_id=new,
        state="proposed",
    )
    await service.deliver(proposed)
    await service.deliver(account(service, new, PHONE))
    await deliver_due(service.deps)
    (waiting,), (sent,) = await texts(service, old), await texts(service, new)
    assert (waiting["state"], sent["outcome_code"]) == ("waiting", "not_reached")
    assert unseal_from_event(service.keyring, "contact", sent["phone_place"], sent["phone_event"]) == PHONE
