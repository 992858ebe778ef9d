"""Server-sent events to one caller: opened, written with a time limit, kept alive, and ended when the caller is gone,
is not let in any more, or the process leaves."""

import asyncio
import contextlib
from typing import Any, Final

from aiohttp import web

from shared.errors import Unavailable
from shared.telemetry.metrics import STREAMS
from shared.web.call import Call

RETRY_MILLISECONDS: Final = 2_000
"""After which a client comes back; longer than a leaving process still listens."""
_WRITE_SECONDS: Final = 20.0
_HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Accel-Buffering": "no",
}


class StreamsUnavailable(Unavailable):
    """The process leaves, or has all the streams it can keep: come again and another copy answers."""

    code = "streams_unavailable"
    message_zh = "实时更新暂不可用，请稍后重试；刷新页面仍可查看最新内容。"
    message_en = (
        "Live updates are not available right now; try again shortly. Reloading the page shows the latest state."
    )


class StreamEnded(Exception):
    """Nobody reads any more."""


class EventStream:
    """One open answer. `send` and `beat` raise StreamEnded when the caller is gone or does not read."""

    def __init__(self, call: Call[Any]) -> None:
        self._call = call
        self.response = web.StreamResponse(headers={**_HEADERS, "X-Request-Id": call.request_id})

    async def __aenter__(self) -> "EventStream":
        if self._call.leaving.is_set():
            raise StreamsUnavailable(retry_after=2)
        await self.response.prepare(self._call.request)
        STREAMS.inc()
        with contextlib.suppress(StreamEnded):
            await self._write(f"retry: {RETRY_MILLISECONDS}\n\n".encode())
        return self

    async def __aexit__(self, *_: object) -> None:
        STREAMS.dec()
        # Whoever went away does not hear the end either.
        with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
            async with asyncio.timeout(_WRITE_SECONDS):
                await self.response.write_eof()

    async def send(self, event: str, data: bytes, event_id: int | None = None) -> None:
        """One event; `data` is a line of JSON."""
        mark = b"" if event_id is None else f"id: {event_id}\n".encode()
        await self._write(mark + f"event: {event}\n".encode() + b"data: " + data + b"\n\n")

    async def beat(self) -> None:
        """A comment that keeps the way open and finds out whether anybody is there."""
        await self._write(b": \n\n")

    async def _write(self, data: bytes) -> None:
        transport = self._call.request.transport
        if transport is None or transport.is_closing():
            raise StreamEnded
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                await self.response.write(data)
        except (ConnectionError, RuntimeError, TimeoutError):
            raise StreamEnded from None


def last_event_id(call: Call[Any]) -> int | None:
    """What the client saw last, or None when it says nothing that we ever sent."""
    said = call.request.headers.get("Last-Event-ID", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else None
