"""Services in this process that hear each other over the real broker: relay and consumers run as in a worker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aio_pika
from pydantic import SecretStr

from shared.messaging.consumer import Consumer
from shared.messaging.topology import RETRY_DELAYS, declare_topology, parked_name, retry_exchange
from shared.outbox.relay import Relay
from shared.settings import BrokerSettings
from tests.support.engines import Engines
from tests.support.service_under_test import ServiceUnderTest, serving


@asynccontextmanager
async def neighbours(engines: Engines, names: Sequence[str], **overrides: str) -> AsyncIterator[list[ServiceUnderTest]]:
    """Services with empty queues, in the order of their names; nothing is shipped or consumed before `working`."""
    async with AsyncExitStack() as stack:
        services = [await stack.enter_async_context(serving(engines, name, None, **overrides)) for name in names]
        for one in services:
            url = engines.stack.around.broker_url(f"{one.definition.name}_migrator")
            migrator = BrokerSettings(url=SecretStr(url))
            await declare_topology(migrator, one.definition.name, [s.event.TYPE for s in one.definition.subscriptions])
            queues = list(one.definition.queues)
            delays = [retry_exchange(one.definition.name, delay) for delay in RETRY_DELAYS]
            for queue in [*queues, *map(parked_name, queues), *delays]:
                await purge(engines, one.definition.name, queue)
        yield services


async def purge(engines: Engines, service: str, queue: str) -> int:
    """What an operator can do by mistake; how many messages went."""
    connection = await aio_pika.connect(engines.stack.around.broker_url(f"{service}_migrator"))
    async with connection:
        channel = await connection.channel()
        done = await (await channel.get_queue(queue, ensure=False)).purge()
        return int(done.message_count or 0)


@asynccontextmanager
async def working(*services: ServiceUnderTest, relays: bool = True, consumers: bool = True) -> AsyncIterator[None]:
    """Relays and consumers of the services, or only one of both, for the length of the block."""
    stop, parts = asyncio.Event(), list[Any]()
    for one in services:
        if relays:
            parts.append(Relay(one.database, one.settings.broker, one.definition.name))
        if consumers:
            parts += [
                Consumer(queue, subscriptions, one.database, one.settings.broker, one.deps)
                for queue, subscriptions in one.definition.queues.items()
            ]
    tasks = [asyncio.create_task(part.run(stop)) for part in parts]
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 30)
