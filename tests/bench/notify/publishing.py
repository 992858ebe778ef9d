"""Load as services make it: identity and declaration each write events into an outbox of their own, and their relays
bring them to the broker."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from deploy.local.stack import Stack
from shared import outbox
from shared.contracts.event import Event
from shared.ids import PersonId, new_id
from shared.messaging.topology import declare_topology
from shared.outbox.relay import Relay
from shared.postgres.database import Database
from tests.support.engines import Engines, definition_of, environment_of
from tests.support.notices import approved, reached
from tests.support.service_under_test import ServiceUnderTest

_CHUNK: Final = 500
_TICK_SECONDS: Final = 0.05


@dataclass
class Publishing:
    """`people` by number; `due`: when each one's notice was meant to be told, in seconds since 1970."""

    service: ServiceUnderTest
    identity: Database
    declaration: Database
    people: list[PersonId] = field(default_factory=list)
    due: dict[str, float] = field(default_factory=dict)

    async def introduce(self, count: int) -> range:
        """Tell how so many more people are reached, each by a number of their own; their places."""
        places = range(len(self.people), len(self.people) + count)
        self.people += [PersonId(new_id()) for _ in places]
        for start in range(places.start, places.stop, _CHUNK):
            some = places[start - places.start : start - places.start + _CHUNK]
            await _write(self.identity, [reached(self.service, self.people[at], phone_of(at)) for at in some])
        return places

    async def notify(self, places: range, rate: float | None) -> None:
        """One notice to each, `rate` of them in a second whatever becomes of them, or at once."""
        began, done = time.time(), 0
        while done < len(places):
            now = time.time()
            due = len(places) if rate is None else min(int((now - began) * rate) + 1, len(places))
            for place in range(done, due):
                self.due[phone_of(places[place])] = now if rate is None else began + place / rate
            for start in range(done, due, _CHUNK):
                some = places[start : min(start + _CHUNK, due)]
                await _write(self.declaration, [approved(self.service, self.people[at]) for at in some])
            done = due
            await asyncio.sleep(_TICK_SECONDS)


def phone_of(place: int) -> str:
    """The number of a person."""
    return f"199{place:08d}"


async def declare_queues(stack: Stack) -> None:
    """What the migrate role declares."""
    definition = definition_of("notification")
    with environment_of(stack.environment("notification", "migrate")):
        broker = definition.settings().broker.as_migrator()
    await declare_topology(broker, "notification", [one.event.TYPE for one in definition.subscriptions])


@asynccontextmanager
async def publishing(engines: Engines, service: ServiceUnderTest) -> AsyncIterator[Publishing]:
    """Both neighbours' outboxes, with a relay each until the end of the block."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        databases, relays = [], []
        for neighbour in ("identity", "declaration"):
            name = await stack.enter_async_context(engines.database(neighbour))
            settings = engines.settings(neighbour, name)
            database = await Database.connect(settings.postgres, f"bench.{neighbour}")
            stack.push_async_callback(database.close)
            relay = Relay(database, settings.broker, neighbour)
            database.on_commit_with_events(relay.wake.set)
            relays.append(asyncio.create_task(relay.run(stop)))
            databases.append(database)
        try:
            yield Publishing(service, identity=databases[0], declaration=databases[1])
        finally:
            stop.set()
            await asyncio.gather(*relays)


async def _write(database: Database, events: Sequence[Event]) -> None:
    async with database.transaction() as tx:
        for event in events:
            outbox.add(tx, event)
