"""The feed of live progress: one listener and one query per process, however many people watch (A43).

Woken by the notification that follows commits with events, and once a second for those without; it asks the timeline
for what each watched declaration has that its watcher has not seen, so nothing is lost between two looks."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog

from services.declaration.storage import timeline
from services.declaration.storage.timeline import TimelineEntry
from shared.outbox.relay import wake_channel
from shared.postgres.database import OUTAGE_ERRORS, Database
from shared.postgres.listening import listen
from shared.web.event_stream import StreamsUnavailable

log = structlog.get_logger()

MOST_PER_PERSON: Final = 3
"""Streams of one person in one process; one more ends the oldest, which a reloaded page left behind."""
_LOOK_SECONDS: Final = 1.0
_REST_SECONDS: Final = 0.1
"""At least between two looks, so that a busy minute is not a query per commit."""


@dataclass(slots=True, eq=False)
class Watch:
    """One watcher of one declaration: what is new for it, and whether it was replaced."""

    declaration_id: UUID
    seen: int
    leaving: asyncio.Event
    news: list[TimelineEntry] = field(default_factory=list)
    replaced: bool = False
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float) -> list[TimelineEntry]:
        """The steps that came, or none after `seconds`, or at once when replaced."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.rung.wait()
        self.rung.clear()
        news, self.news = self.news, []
        return news

    def take(self, steps: list[TimelineEntry]) -> None:
        """Steps as read; those that were seen are left out."""
        new = [one for one in steps if one.version > self.seen]
        if new:
            self.seen = new[-1].version
            self.news += new
            self.rung.set()


class ProgressFeed:
    """All watchers of a process. It works only while there are any."""

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._most = most
        self._watches: dict[UUID, list[Watch]] = {}
        self._count = 0
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @contextmanager
    def watch(self, person_id: UUID, declaration_id: UUID, seen: int, leaving: asyncio.Event) -> Iterator[Watch]:
        """Watch for as long as the block lasts; rung within a second once `leaving` is set. Raises StreamsUnavailable
        when the process has all it can keep."""
        if self._count >= self._most:
            raise StreamsUnavailable(retry_after=5)
        own = self._watches.setdefault(person_id, [])
        for old in own[: max(0, len(own) + 1 - MOST_PER_PERSON)]:
            old.replaced = True
            old.rung.set()
        watch = Watch(declaration_id, seen, leaving)
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

    def _begin(self) -> None:
        self._wake.set()
        if not self._tasks:
            channel = wake_channel("declaration")
            self._tasks = [
                asyncio.create_task(listen(self._database, channel, self._wake.set, self._stop), name="progress-ear"),
                asyncio.create_task(self._look_for_ever(), name="progress-feed"),
            ]

    async def _look_for_ever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS if self._count else None):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._look()
            except OUTAGE_ERRORS as error:
                log.warning("progress_not_read", error=type(error).__name__)
            except Exception as error:
                # The feed outlives every fault: whoever watches would wait for ever.
                log.error("progress_not_read", exc_info=error)
            await asyncio.sleep(_REST_SECONDS)

    async def _look(self) -> None:
        watches = [one for own in self._watches.values() for one in own]
        for one in watches:
            if one.leaving.is_set():
                one.rung.set()
        if not watches:
            return
        seen: dict[UUID, int] = {}
        for one in watches:
            seen[one.declaration_id] = min(one.seen, seen.get(one.declaration_id, one.seen))
        async with self._database.read() as reader:
            found = await timeline.select_since(reader, seen)
        for one in watches:
            one.take(found.get(one.declaration_id, []))
