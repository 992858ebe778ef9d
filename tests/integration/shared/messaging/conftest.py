"""A relay and consumers of the real kind on private queues: the vhost's own users, an event of our own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import aio_pika
import pytest_asyncio
from pydantic import SecretStr

from shared.contracts.event import Event
from shared.messaging.consumer import Consumer
from shared.messaging.fate import RetryPolicy
from shared.messaging.subscription import Subscription
from shared.messaging.topology import declare_topology, parked_name, queue_name
from shared.outbox.relay import Relay
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.settings import BrokerSettings
from tests.support.engines import Engines

PRODUCER, CONSUMER = "declaration", "notification"
QUEUE = queue_name(CONSUMER, PRODUCER)


class Probed(Event):
    """An event that exists for these tests only."""

    TYPE: ClassVar[str] = "declaration.probed.v1"
    AGGREGATE: ClassVar[str] = "thing_id"
    thing_id: UUID
    word: str = "x"


@dataclass
class Pair:
    """A producing and a consuming database with their broker users; `seen` is what the handler was given."""

    engines: Engines
    producer: Database
    consumer: Database
    producer_broker: BrokerSettings
    consumer_broker: BrokerSettings
    seen: list[Probed] = field(default_factory=list)
    failures: int = 0
    error: Exception | None = None

    async def handle(self, tx: Transaction, event: Probed, _deps: object) -> None:
        """Fails `failures` times, then records."""
        if self.failures > 0:
            self.failures -= 1
            raise self.error or RuntimeError("not yet")
        self.seen.append(event)

    def relay(self) -> Relay:
        """A relay of the producer."""
        return Relay(self.producer, self.producer_broker, PRODUCER)

    def make_consumer(self) -> Consumer:
        """A consumer of the queue that tries four times in all."""
        subscription = Subscription(Probed, self.handle, retry=RetryPolicy((1, 1, 1)))
        return Consumer(QUEUE, [subscription], self.consumer, self.consumer_broker, self)

    @asynccontextmanager
    async def running(self, *parts: Any) -> AsyncIterator[None]:
        """Run relays and consumers for the length of the block."""
        stop = asyncio.Event()
        tasks = [asyncio.create_task(part.run(stop)) for part in parts]
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(asyncio.gather(*tasks), 20)

    async def depth(self, queue: str) -> int:
        """Messages that wait in a queue."""
        connection = await aio_pika.connect(self.engines.stack.around.broker_url(f"{CONSUMER}_migrator"))
        async with connection:
            declared = await (await connection.channel()).declare_queue(queue, passive=True)
            return int(declared.declaration_result.message_count or 0)

    async def publish_raw(self, body: bytes, **properties: Any) -> None:
        """Publish straight to the exchange, past outbox and relay."""
        connection = await aio_pika.connect(self.producer_broker.url.get_secret_value())
        async with connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange("events", ensure=False)
            message = aio_pika.Message(body, delivery_mode=2, type=Probed.TYPE, **properties)
            await exchange.publish(message, Probed.TYPE)


@pytest_asyncio.fixture(loop_scope="session")
async def pair(engines: Engines) -> AsyncIterator[Pair]:
    """Fresh databases and empty queues."""
    url = engines.stack.around.broker_url(f"{CONSUMER}_migrator")
    await declare_topology(BrokerSettings(url=SecretStr(url)), CONSUMER, [Probed.TYPE])
    await _purge(url, [QUEUE, parked_name(QUEUE)])
    async with AsyncExitStack() as stack:
        databases = []
        for _ in range(2):
            # The foundation is the same in every schema: notification's serves both sides.
            name = await stack.enter_async_context(engines.database("notification"))
            database = await Database.connect(engines.settings("notification", name).postgres, "test")
            stack.push_async_callback(database.close)
            databases.append(database)
        brokers = [BrokerSettings(url=SecretStr(engines.stack.around.broker_url(s))) for s in (PRODUCER, CONSUMER)]
        yield Pair(engines, databases[0], databases[1], brokers[0], brokers[1])


async def _purge(url: str, queues: Sequence[str]) -> None:
    connection = await aio_pika.connect(url)
    async with connection:
        for name in queues:
            channel = await connection.channel()
            await (await channel.get_queue(name, ensure=False)).purge()
