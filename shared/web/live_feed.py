"""Many open streams, one look: a process reads once for all who watch, and hands each what is new for it (ADR 0036)."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar
from uuid import UUID

import structlog

from shared.postgres.database import OUTAGE_ERRORS, Database
from shared.postgres.listening import listen
from shared.web.event_stream import StreamsUnavailable

log = structlog.get_logger()

MOST_PER_PERSON: Final = 3
"""Streams of one person in one process; one more ends the oldest, which a reloaded page left behind."""
_LOOK_SECONDS: Final = 1.0
_REST_SECONDS: Final = 0.1
"""At least between two looks, so that a busy minute is not a query per commit."""

News = TypeVar("News")


@dataclass(slots=True, eq=False)
class Watch(Generic[News]):
    """One watcher of one thing: what it has seen, what is new for it, and whether it was replaced."""

    thing_id: UUID
    seen: int
    leaving: asyncio.Event
    news: list[News] = field(default_factory=list)
    replaced: bool = False
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float) -> list[News]:
        """What came, or nothing after `seconds`, or at once when replaced."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.rung.wait()
        self.rung.clear()
        news, self.news = self.news, []
        return news

    def hand(self, news: Sequence[News], seen: int) -> None:
        """Something new, after which it has seen so much."""
        self.seen = seen
        self.news += news
        self.rung.set()


class LiveFeed(Generic[News]):
    """All watchers of one kind of thing in a process. It works only while there are any. A subclass reads in `_read`;
    it looks once a second, and with a `channel` also when somebody notifies it."""

    def __init__(self, name: str, database: Database, most: int, channel: str | None = None) -> None:
        self._name = name
        self._database = database
        self._most = most
        self._channel = channel
        self._watches: dict[UUID, list[Watch[News]]] = {}
        self._count = 0
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @contextmanager
    def watch(self, person_id: UUID, thing_id: UUID, seen: int, leaving: asyncio.Event) -> Iterator[Watch[News]]:
        """Watch for as long as the block lasts; rung within a second once `leaving` is set. Raises StreamsUnavailable
        when the process has all it can keep."""
        if self._count >= self._most:
            raise StreamsUnavailable(retry_after=5)
        own = self._watches.setdefault(person_id, [])
        for old in own[: max(0, len(own) + 1 - MOST_PER_PERSON)]:
            old.replaced = True
            old.rung.set()
        watch = Watch[News](thing_id, seen, leaving)
        own.append(watch)
        self._count += 1
        self._begin()
        try:
            yield watch
        finally:
            self._count -= 1
            own.remove(watch)
            if not own:
                self._watches.pop(person_id, None)

    async def stop(self) -> None:
        """End the listener; those who watch are ended by whoever serves them."""
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self, watches: Sequence[Watch[News]]) -> None:
        """One query for all of them; hands each what it has not seen."""
        raise NotImplementedError

    def _begin(self) -> None:
        self._wake.set()
        if self._tasks:
            return
        self._tasks.append(asyncio.create_task(self._look_for_ever(), name=f"{self._name}-feed"))
        if self._channel is not None:
            ear = listen(self._database, self._channel, self._wake.set, self._stop)
            self._tasks.append(asyncio.create_task(ear, name=f"{self._name}-ear"))

    async def _look_for_ever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS if self._count else None):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._look()
            except OUTAGE_ERRORS as error:
                log.warning("feed_not_read", feed=self._name, error=type(error).__name__)
            except Exception as error:
                # The feed outlives every fault: whoever watches would wait for ever.
                log.error("feed_not_read", feed=self._name, exc_info=error)
            await asyncio.sleep(_REST_SECONDS)

    async def _look(self) -> None:
        watches = [one for own in self._watches.values() for one in own]
        for one in watches:
            if one.leaving.is_set():
                one.rung.set()
        if watches:
            await self._read(watches)
