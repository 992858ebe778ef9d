"""A client of server-sent events: reads what comes, event by event, and can be cut at any moment."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson


@dataclass(frozen=True, slots=True)
class Heard:
    """One event, and when it came (monotonic)."""

    id: int | None
    event: str
    data: dict[str, Any]
    at: float


@dataclass(slots=True)
class Ear:
    """An open stream. `events` are those that came so far, `beats` the comments between them."""

    response: aiohttp.ClientResponse
    events: list[Heard] = field(default_factory=list)
    beats: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def last_id(self) -> str:
        """What to send as Last-Event-ID."""
        return str(next(one.id for one in reversed(self.events) if one.id is not None))

    async def until(self, count: int, seconds: float = 20.0) -> list[Heard]:
        """So many events. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.events) < count:
                self._came.clear()
                await self._came.wait()
        return self.events

    async def read(self) -> None:
        """Until the end, or until cut."""
        block: dict[str, str] = {}
        try:
            async for line in self.response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if line == b"\n":
                    self._take(block)
                    block = {}
                elif line.startswith(b":"):
                    self.beats += 1
                else:
                    block[name] = value
        except (aiohttp.ClientError, ConnectionError):
            pass
        finally:
            self.over.set()
            self._came.set()

    def _take(self, block: Mapping[str, str]) -> None:
        if "event" not in block:
            return
        found = int(block["id"]) if "id" in block else None
        self.events.append(Heard(found, block["event"], orjson.loads(block["data"]), time.monotonic()))
        self._came.set()


@asynccontextmanager
async def listening(
    session: aiohttp.ClientSession, url: str, token: str, *, after: str | None = None
) -> AsyncIterator[Ear]:
    """An open stream; cut when the block ends."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": after} if after is not None else {})
    timeout = aiohttp.ClientTimeout(total=None, sock_read=120)
    async with session.get(url, headers=headers, timeout=timeout) as response:
        assert (response.status, response.content_type) == (200, "text/event-stream"), await response.text()
        ear = Ear(response)
        reading = asyncio.create_task(ear.read())
        try:
            yield ear
        finally:
            response.close()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
