"""Relay and consumer when the connection breaks at COMMIT, as it does when the database is killed: they go on (M8)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from shared import outbox
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.fate import RetryPolicy
from shared.messaging.subscription import Subscription
from shared.outbox.relay import Relay
from shared.postgres.database import Database
from shared.settings import PostgresSettings
from tests.integration.shared.messaging.conftest import PRODUCER, QUEUE, Pair, Probed
from tests.support.fault_proxy import FaultProxy
from tests.support.waiting import wait_until

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


@asynccontextmanager
async def _through_a_proxy(pair: Pair, database: Database) -> AsyncIterator[tuple[Database, FaultProxy]]:
    async with database.read() as reader:
        name = await reader.fetchval("SELECT current_database()")
    direct = pair.engines.settings("notification", name).postgres.dsn.get_secret_value()
    where = urlsplit(direct)
    async with FaultProxy(where.hostname or "", where.port or 0) as proxy:
        through = direct.replace(f":{where.port}/", f":{proxy.listen_port}/")
        other = await Database.connect(PostgresSettings(dsn=SecretStr(through), pool_size=2), "test.cut")
        yield other, proxy
        await other.close()


async def _commit_an_event(pair: Pair) -> Probed:
    event = Probed.model_validate(
        {"occurred_at": "2027-01-01T08:00:00+08:00", "aggregate_version": 1, "thing_id": new_id()}
    )
    async with pair.producer.transaction() as tx:
        outbox.add(tx, event)
    return event


@pytest.mark.requirement("M8")
@pytest.mark.parametrize("lost", ["lose_request", "lose_answer_to"])
async def test_a_relay_outlives_the_loss_of_its_commit(pair: Pair, lost: str) -> None:
    """Marked or not, it looks again: the event arrives, has one effect, and the next one follows."""
    async with _through_a_proxy(pair, pair.producer) as (database, proxy):
        first = await _commit_an_event(pair)
        setattr(proxy, lost, COMMIT)
        async with pair.running(Relay(database, pair.producer_broker, PRODUCER), pair.make_consumer()):
            await wait_until(lambda: len(pair.seen) == 1, what="the first event handled")
            # The event may be handled before the relay commits that it was sent.
            await wait_until(lambda: not proxy.armed, what="the fault met")
            second = await _commit_an_event(pair)
            await wait_until(lambda: len(pair.seen) == 2, what="the second event handled")
            await wait_until(lambda: _all_sent(pair), what="both marked as sent")
    assert [event.event_id for event in pair.seen] == [first.event_id, second.event_id]


@pytest.mark.requirement("M8")
@pytest.mark.parametrize("lost", ["lose_request", "lose_answer_to"])
async def test_a_consumer_outlives_the_loss_of_a_commit_about_a_failure(pair: Pair, lost: str) -> None:
    """The attempt is counted or not; the message stays, is handled once, and the next one too."""
    async with _through_a_proxy(pair, pair.consumer) as (database, proxy):
        subscription = Subscription(Probed, pair.handle, retry=RetryPolicy((1, 1, 1)))
        consumer = Consumer(QUEUE, [subscription], database, pair.consumer_broker, pair)
        pair.failures = 1
        async with pair.running(pair.relay(), consumer):
            # The handler fails before its own COMMIT, so the first one is that of the attempt.
            setattr(proxy, lost, COMMIT)
            await _commit_an_event(pair)
            await wait_until(lambda: len(pair.seen) == 1, seconds=20, what="the first event handled")
            await wait_until(lambda: not proxy.armed, what="the fault met")
            await _commit_an_event(pair)
            await wait_until(lambda: len(pair.seen) == 2, what="the second event handled")


async def _all_sent(pair: Pair) -> bool:
    async with pair.producer.read() as reader:
        return not await reader.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
