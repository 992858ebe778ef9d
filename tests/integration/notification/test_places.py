"""Who goes first, and who waits where: codes before notices, and what is held in a row (V5)."""

import asyncio
from datetime import datetime, timedelta

import pytest

from services.notification.delivering import deliver_due
from services.notification.domain.quiet_hours import morning_after
from services.notification.holding import hold_for_the_night
from services.notification.storage import holds
from tests.integration.notification.receipts import PHONE, tell
from tests.integration.notification.test_delivering import _issue_code, _letters, mailbox
from tests.integration.notification.test_holding import night, run, sending
from tests.support.service_under_test import Serve, ServiceUnderTest

__all__ = ["mailbox"]
pytestmark = pytest.mark.requirement("V5")
CODES = "19900000062"

# The same text to the same phone because of other events.
_COPIES = """
INSERT INTO delivery (event_id, event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
                      phone_place, phone_event, next_at, created_at)
SELECT gen_random_uuid(), event_type, recipient_id, channel, template_key, template_version, state, at_most_once,
       phone_place, phone_event, next_at, created_at
FROM delivery, generate_series(1, $1)
"""


async def _due(service: ServiceUnderTest, count: int) -> None:
    """So many notices that are due."""
    await tell(service, PHONE)
    async with service.database.transaction() as tx:
        await tx.execute(_COPIES, count - 1)


async def _places(service: ServiceUnderTest) -> list[datetime]:
    async with service.database.read() as reader:
        found = await reader.fetch("SELECT next_at FROM delivery WHERE state = 'pending' ORDER BY next_at")
    return [row["next_at"] for row in found]


async def test_a_code_goes_before_the_notices_that_are_due(serve: Serve, mailbox: str) -> None:
    """A hundred notices that a minute's quota held are due again when a code is made: the next round sends the code."""
    service = await sending(serve, mailbox)
    await run(service, "INSERT INTO sms_quota VALUES ('notices', 'minute', 1)")
    await _due(service, 101)
    for _ in range(6):
        await deliver_due(service.deps)
    assert len(await _letters(mailbox, PHONE)) == 1
    await run(service, "UPDATE delivery SET next_at = next_at - interval '1 hour' WHERE state = 'pending'")
    service.clock.advance(timedelta(minutes=2))
    await _issue_code(service, CODES)
    await deliver_due(service.deps)
    assert len(await _letters(mailbox, CODES)) == 1


async def test_what_a_quota_holds_waits_in_a_row(serve: Serve, mailbox: str) -> None:
    """Two a minute: of seven that are due two go, the others have places half a minute apart from the next minute on,
    and each finds its quota free when its turn comes."""
    service = await sending(serve, mailbox)
    await run(service, "INSERT INTO sms_quota VALUES ('notices', 'minute', 2)")
    await _due(service, 7)
    await deliver_due(service.deps)
    began = service.clock.now()
    assert await _places(service) == [began + timedelta(minutes=1, seconds=30 * place) for place in range(5)]
    for gone in (4, 6, 7):
        service.clock.advance(timedelta(seconds=60 if gone == 4 else 30))
        await deliver_due(service.deps)
        service.clock.advance(timedelta(seconds=30))
        await deliver_due(service.deps)
        assert len(await _letters(mailbox, PHONE)) == gone


async def test_at_night_a_code_goes_while_another_sender_gives_out_places(serve: Serve, mailbox: str) -> None:
    """The row of the morning is in another sender's hands: codes go meanwhile, notices are left to that one; once it is
    free they get their places."""
    service = await sending(serve, mailbox, SENDING__QUIET_HOURS="true")
    night(service)
    await _due(service, 3)
    await _issue_code(service, CODES)
    async with service.database.transaction() as other:
        assert await holds.lock_places(other)
        async with asyncio.timeout(5):
            await deliver_due(service.deps)
    assert len(await _letters(mailbox, CODES)) == 1
    assert await _places(service) == [service.clock.now()] * 3
    await deliver_due(service.deps)
    assert min(await _places(service)) > morning_after(service.clock.now())


async def _given_by_two(service: ServiceUnderTest) -> list[datetime]:
    """The places of four notices, given by two senders of whom the second comes while the first has not committed."""
    morning, now = morning_after(service.clock.now()), service.clock.now()
    await _due(service, 4)
    async with service.database.transaction() as first:
        assert await holds.lock_places(first)
        assert await holds.update_due_held(first, now, morning, timedelta(minutes=1), 2) == 2
        await hold_for_the_night(service.deps)
    await hold_for_the_night(service.deps)
    return await _places(service)


async def test_two_senders_give_every_place_once(serve: Serve) -> None:
    """Four notices stand one behind the other, a minute apart."""
    service = await sending(serve, "http://127.0.0.1:9", SENDING__QUIET_HOURS="true", SENDING__MORNING_PER_MINUTE="1")
    night(service)
    morning = morning_after(service.clock.now())
    assert await _given_by_two(service) == [morning + timedelta(minutes=place) for place in (1, 2, 3, 4)]


async def test_control_without_the_lock_places_are_given_twice(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: two that do not see each other's places give the same ones."""
    assert "pg_try_advisory_xact_lock" in holds._TRY_LOCK
    monkeypatch.setattr(holds, "_TRY_LOCK", "SELECT true")
    service = await sending(serve, "http://127.0.0.1:9", SENDING__QUIET_HOURS="true", SENDING__MORNING_PER_MINUTE="1")
    night(service)
    assert len(set(await _given_by_two(service))) == 2
