"""A range with more ids than a question can name is cut again, until only the one lost event among thousands goes."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from shared.contracts.declaration import DeclarationSetsListed
from shared.contracts.event import Event
from shared.contracts.notification import NotificationSetDiffers
from shared.contracts.reconciling import SetDiffers, SetsListed
from shared.ids import new_id
from shared.postgres.database import Database
from shared.reconciling.comparing import compare_sets
from shared.reconciling.listing import first_id_at, list_evenly, list_sets
from shared.reconciling.resending import send_events_again
from tests.support.engines import Engines

TYPE = "declaration.approved.v1"
MANY = 3000
_SENT = """
INSERT INTO outbox (event_id, type, aggregate_id, aggregate_version, body, correlation_id, created_at, sent_at)
SELECT id, $2, id, 1, 'x', 'x', $3, $3 FROM unnest($1::uuid[]) AS id
"""
_HANDLED = """
INSERT INTO inbox (message_id, consumer, type) SELECT id, 'notification.declaration', $2 FROM unnest($1::uuid[]) AS id
"""


@pytest_asyncio.fixture(loop_scope="session")
async def both(engines: Engines) -> AsyncIterator[tuple[Database, Database]]:
    """A producer's and a consumer's database; the foundation is the same in every schema."""
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(2):
            name = await stack.enter_async_context(engines.database("notification"))
            database = await Database.connect(engines.settings("notification", name).postgres, "test")
            stack.push_async_callback(database.close)
            opened.append(database)
        yield opened[0], opened[1]


async def _events(database: Database, event: type[Event]) -> list[Any]:
    async with database.read() as reader:
        rows = await reader.fetch("SELECT body FROM outbox WHERE type = $1 ORDER BY position", event.TYPE)
    return [event.model_validate_json(row["body"]) for row in rows]


async def _compare(consumer: Database, listed: SetsListed) -> SetDiffers:
    async with consumer.transaction() as tx:
        await compare_sets(tx, "notification", NotificationSetDiffers, [TYPE], {}, listed)
    asked: SetDiffers = (await _events(consumer, NotificationSetDiffers))[-1]
    return asked


@pytest.mark.requirement("M11")
async def test_one_lost_event_among_thousands_of_one_minute(both: tuple[Database, Database]) -> None:
    """The first question names nothing, the second the ids of one small range, and only the lost event goes again."""
    producer, consumer = both
    at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    first = first_id_at(at).int
    ids = sorted(UUID(int=first | 0x7 << 76 | 0x2 << 62 | int.from_bytes(os.urandom(7))) for _ in range(MANY))
    lost = ids[1234]
    async with producer.transaction() as tx:
        await tx.execute(_SENT, ids, TYPE, at)
        await list_sets(tx, DeclarationSetsListed, (), back=timedelta(days=1), grace=timedelta(0), occurred_at=at)
    async with consumer.transaction() as tx:
        await tx.execute(_HANDLED, [one for one in ids if one != lost], TYPE)
    asked = await _compare(consumer, (await _events(producer, DeclarationSetsListed))[-1])
    assert asked.known is None
    async with producer.transaction() as tx:
        await list_evenly(tx, DeclarationSetsListed, asked, None, at)
    asked = await _compare(consumer, (await _events(producer, DeclarationSetsListed))[-1])
    assert asked.known is not None
    assert 400 < len(asked.known) < 500
    async with producer.transaction() as tx:
        assert await send_events_again(tx, "notification", asked) == 1
        assert await tx.fetchval("SELECT event_id FROM outbox WHERE only_for = 'notification'") == lost
        assert await send_events_again(tx, "notification", asked) == 0, "a copy that waits is enough"


@pytest.mark.requirement("M11")
async def test_equal_sets_lead_to_no_question(both: tuple[Database, Database]) -> None:
    """Negative control: nothing lost, nothing asked."""
    producer, consumer = both
    now = datetime.now(UTC)
    ids = [new_id() for _ in range(10)]
    async with producer.transaction() as tx:
        await tx.execute(_SENT, ids, TYPE, now)
        await list_sets(
            tx, DeclarationSetsListed, (), back=timedelta(days=1), grace=timedelta(seconds=-1), occurred_at=now
        )
    (listed,) = await _events(producer, DeclarationSetsListed)
    async with consumer.transaction() as tx:
        await tx.execute(_HANDLED, ids, TYPE)
        await compare_sets(tx, "notification", NotificationSetDiffers, [TYPE], {}, listed)
    assert await _events(consumer, NotificationSetDiffers) == []
