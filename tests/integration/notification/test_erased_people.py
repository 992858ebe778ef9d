"""Who was erased is told nothing from a backup, and is forgotten here again (V57, V58)."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from deploy.local.engines.postgres import KEY_DATABASE
from services.notification.delivering import deliver_due
from services.notification.jobs import forget_phones
from services.notification.lanes import LEASE
from services.notification.storage import deliveries
from shared.clock import SHANGHAI, FrozenClock, SystemClock
from shared.contracts.identity import LoginCodeIssued, PersonClosed, PersonContactChanged, PhoneChanged
from shared.ids import PersonId, new_id
from shared.postgres.database import DatabaseUnavailable
from shared.process.forgetting import forget_now
from shared.security.subject_keys import SubjectErased, SubjectKeys, subject_of_day
from shared.security.subject_sealing import open_from_event, seal_event_for
from tests.integration.identity.people import some_morning
from tests.integration.notification.test_delivering import ACCOUNT, _letters, mailbox
from tests.support.backups import dump_database, restored
from tests.support.engines import Engines
from tests.support.fault_proxy import FaultProxy
from tests.support.lost_keys import lose_key
from tests.support.notices import approved
from tests.support.service_under_test import Serve, ServiceUnderTest, serving

PHONE = "19900000058"
_LOST_TRACK = "UPDATE delivery SET state = 'unknown', next_at = $3 WHERE recipient_id = $1 AND event_type = $2"

__all__ = ["mailbox"]


def sms(endpoint: str) -> dict[str, str]:
    """Settings that lead to the mailbox."""
    return {
        "SMS__ENDPOINT": endpoint,
        "SMS__ACCESS_KEY_ID": ACCOUNT.key_id,
        "SMS__ACCESS_KEY_SECRET": ACCOUNT.key_secret,
    }


async def known(service: ServiceUnderTest) -> PersonId:
    """A person whose phone was told, sealed for that person, with two texts that wait to be sent: one to the phone that
    is known, one to the old phone of an event."""
    person, at = PersonId(new_id()), service.clock.now()
    place = f"{PersonContactChanged.TYPE}.phone:{person}"
    phone = await seal_event_for(service.keyring, person, "contact", place, PHONE)
    await service.deliver(PersonContactChanged(occurred_at=at, aggregate_version=1, person_id=person, phone=phone))
    await service.deliver(approved(service, person))
    place = f"{PhoneChanged.TYPE}.old_phone:{person}"
    old = await seal_event_for(service.keyring, person, "contact", place, PHONE)
    held = at + timedelta(days=1)
    changed = PhoneChanged(occurred_at=at, aggregate_version=2, person_id=person, old_phone=old, held_until=held)
    await service.deliver(changed)
    return person


async def deliveries_of(service: ServiceUnderTest) -> list[Any]:
    """All deliveries."""
    select = "SELECT state, outcome_code, phone_place, phone_event, secret_event FROM delivery ORDER BY created_at"
    async with service.database.read() as reader:
        return await reader.fetch(select)


async def phones_opened(service: ServiceUnderTest) -> list[str | None]:
    """What each delivery's phone opens to; None where it does not open any more."""
    opened: list[str | None] = []
    for row in await deliveries_of(service):
        try:
            opened.append(await open_from_event(service.keyring, "contact", row["phone_place"], row["phone_event"]))
        except SubjectErased:
            opened.append(None)
    return opened


@asynccontextmanager
async def brought_back(
    engines: Engines, service: ServiceUnderTest, dump: Path, **overrides: str
) -> AsyncIterator[ServiceUnderTest]:
    """The service on the database of the backup, with nothing remembered."""
    name = f"{service.database_name}_restored"
    async with (
        restored(engines.stack.around.admin_dsn(), dump, name),
        serving(engines, "notification", service.clock, on=name, **overrides) as again,
    ):
        yield again


async def destroy(engines: Engines, person: UUID) -> None:
    """What identity does when an account was closed."""
    settings = engines.settings("identity", "unused").subject_keys
    assert settings is not None
    keys = await SubjectKeys.connect(settings, "test.identity")
    await keys.destroy(person)
    await keys.close()


@pytest.mark.requirement("V58")
async def test_a_backup_of_notification_tells_an_erased_person_nothing(
    serve: Serve, engines: Engines, mailbox: str, tmp_path: Path
) -> None:
    """Texts that wait in the backup are given up by name, without a word to the provider, and forgetting again leaves
    no phone and no message. Control: with the key there, the same backup opens every phone, and sends."""
    service: ServiceUnderTest = await serve("notification", FrozenClock(SystemClock().now()))
    person = await known(service)
    dump = await dump_database(engines.stack.around.admin_dsn(), service.database_name, tmp_path)
    async with brought_back(engines, service, dump, **sms(mailbox)) as again:
        opened = await phones_opened(again)
        assert opened == [PHONE, PHONE]
        assert await deliver_due(again.deps) == len(opened)
        assert {row["state"] for row in await deliveries_of(again)} == {"sent"}
    letters = await _letters(mailbox, PHONE)
    closed = PersonClosed(occurred_at=service.clock.now(), aggregate_version=3, person_id=person)
    await service.deliver(closed)
    await destroy(engines, person)
    async with brought_back(engines, service, dump, **sms(mailbox)) as again:
        assert set(await phones_opened(again)) == {None}
        await deliver_due(again.deps)
        assert {(row["state"], row["outcome_code"]) for row in await deliveries_of(again)} == {("failed", "erased")}
        assert await _letters(mailbox, PHONE) == letters
        assert len((await again.caller("candidate", id=person).get("/messages")).body["items"]) > 0
        assert await forget_now(again.definition, again.foundation, again.deps) >= 1
        assert {row["phone_event"] for row in await deliveries_of(again)} == {""}
        async with again.database.read() as reader:
            assert await reader.fetchval("SELECT phone_event FROM known_person WHERE person_id = $1", person) == ""
        assert (await again.caller("candidate", id=person).get("/messages")).body["items"] == []
        assert await forget_now(again.definition, again.foundation, again.deps) == 0


@pytest.mark.requirement("V58")
async def test_what_waits_when_an_account_is_closed_is_forgotten_too(serve: Serve, engines: Engines) -> None:
    """Closing forgets phones of texts that are done; what waited is given up when the log of erasures is worked off,
    and nothing of another person is touched."""
    service: ServiceUnderTest = await serve("notification")
    person, neighbour = await known(service), await known(service)
    await service.deliver(PersonClosed(occurred_at=service.clock.now(), aggregate_version=3, person_id=person))
    await destroy(engines, person)
    await forget_now(service.definition, service.foundation, service.deps)
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT recipient_id, state, outcome_code, phone_event <> '' AS has FROM delivery")
    told = {(row["recipient_id"], row["state"], row["outcome_code"], row["has"]) for row in rows}
    assert told == {(person, "failed", "erased", False), (neighbour, "pending", None, True)}


@pytest.mark.requirement("V58")
async def test_one_lost_key_keeps_nobody_else_waiting(serve: Serve, engines: Engines, mailbox: str) -> None:
    """Texts of a person whose key the store lost wait an hour by name, one of unknown fate is never sent again by it,
    and the neighbour's go out in the same batch."""
    service: ServiceUnderTest = await serve("notification", FrozenClock(SystemClock().now()), **sms(mailbox))
    lost, neighbour = await known(service), await known(service)
    async with service.database.transaction() as tx:
        for person in (lost, neighbour):
            await tx.execute(_LOST_TRACK, person, PhoneChanged.TYPE, service.clock.now())
    await lose_key(engines, lost)
    service.deps.keyring.subjects._known.clear()
    assert await deliver_due(service.deps) == 4
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT recipient_id, state, outcome_code FROM delivery")
    told = sorted(((row["recipient_id"] == lost, row["state"], row["outcome_code"]) for row in rows), key=str)
    assert [one[1:] for one in told if one[0]] == [("pending", "key_missing"), ("unknown", "key_missing")]
    assert ("sent", "OK") in [one[1:] for one in told if not one[0]]
    assert await deliver_due(service.deps) <= 1


@pytest.mark.requirement("V58", "M10")
async def test_a_store_that_was_away_costs_no_code(serve: Serve, engines: Engines, mailbox: str) -> None:
    """The store is away when the code is claimed: nothing was handed over, so it is put back, and sent once when the
    store is there. A sender whose lease ran out meanwhile puts nothing back."""
    clock = FrozenClock(SystemClock().now())
    address = urlsplit(engines.stack.around.dsn("notification", KEY_DATABASE))
    async with FaultProxy(address.hostname or "", address.port or 0) as proxy:
        there = address._replace(netloc=f"{address.netloc.rpartition('@')[0]}@127.0.0.1:{proxy.listen_port}").geturl()
        service: ServiceUnderTest = await serve("notification", clock, SUBJECT_KEYS__DSN=there, **sms(mailbox))
        await issue_code(service, "19900000059")
        keys = service.deps.keyring.subjects
        keys._known.clear()
        proxy.black_hole = True
        with pytest.raises(DatabaseUnavailable):
            await deliver_due(service.deps)
        assert await _letters(mailbox, "19900000059") == []
        assert await _counted(service) == [("pending", 0)]
        proxy.black_hole = False
        proxy.cut()
        clock.advance(timedelta(seconds=3))
        keys._circuit.monotonic = lambda: time.monotonic() + 3
        for _ in range(2):
            await deliver_due(service.deps)
            clock.advance(timedelta(seconds=3))
        assert len(await _letters(mailbox, "19900000059")) == 1
        assert await _counted(service) == [("sent", 1)]


@pytest.mark.requirement("V58", "M10")
async def test_whose_lease_ran_out_puts_nothing_back(serve: Serve) -> None:
    """What became of unknown fate, or was claimed by another, stays so. Control: its claimer puts it back in time."""
    clock = FrozenClock(SystemClock().now())
    service: ServiceUnderTest = await serve("notification", clock)
    await issue_code(service, "19900000060")
    for late, left in ((False, "pending"), (True, "unknown")):
        async with service.database.transaction() as tx:
            (claimed,) = await deliveries.claim_codes("sms", tx, clock.now(), LEASE, 1)
            if late:
                await deliveries.abandon_lost(tx, clock.now() + LEASE, timedelta(minutes=10))
            await deliveries.update_put_back(tx, claimed, clock.now())
        assert [state for state, _ in await _counted(service)] == [left]


async def _counted(service: ServiceUnderTest) -> list[tuple[str, int]]:
    async with service.database.read() as reader:
        return [(row["state"], row["attempts"]) for row in await reader.fetch("SELECT state, attempts FROM delivery")]


async def issue_code(service: ServiceUnderTest, phone: str) -> None:
    """A login code on its way, sealed for today."""
    now, challenge = service.clock.now(), new_id()
    day, place = subject_of_day(now.astimezone(SHANGHAI).date()), f"{LoginCodeIssued.TYPE}.%s:{challenge}"
    issued = LoginCodeIssued(
        occurred_at=now,
        aggregate_version=1,
        challenge_id=challenge,
        purpose="login",
        phone=await seal_event_for(service.keyring, day, "contact", place % "phone", phone),
        code=await seal_event_for(service.keyring, day, "login_code", place % "code", "123456"),
        expires_at=now + timedelta(minutes=5),
    )
    await service.deliver(issued)


@pytest.mark.requirement("V57", "V58")
async def test_phones_leave_deliveries_that_are_done(serve: Serve, mailbox: str) -> None:
    """A week after it was sent a delivery holds no phone and no code. Control: a day earlier, and while it waits, it
    does."""
    clock = some_morning()
    service: ServiceUnderTest = await serve("notification", clock, **sms(mailbox))
    await issue_code(service, PHONE)
    clock.advance(timedelta(days=8))
    await forget_phones(service.deps)
    (row,) = await deliveries_of(service)
    assert (row["state"], row["phone_event"] != "") == ("pending", True)
    clock.advance(timedelta(days=-8))
    await deliver_due(service.deps)
    clock.advance(timedelta(days=6, hours=23))
    await forget_phones(service.deps)
    (row,) = await deliveries_of(service)
    assert (row["state"], row["phone_event"] != "") == ("sent", True)
    clock.advance(timedelta(hours=2))
    await forget_phones(service.deps)
    (row,) = await deliveries_of(service)
    assert (row["state"], row["phone_event"], row["secret_event"]) == ("sent", "", None)
