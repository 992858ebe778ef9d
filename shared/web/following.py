"""One stream that follows a feed: news as they come, signs of life between them, and a word about why it ends."""

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import orjson

from shared.web.call import Call
from shared.web.event_stream import EventStream
from shared.web.live_feed import Watch

BEAT_SECONDS: Final = 15.0
"""Between two signs of life; each time it is asked anew whether the caller is still let in (V17)."""

News = TypeVar("News")
Line = tuple[str, bytes, int]
"""An event: its name, its data as a line of JSON, its id."""


async def follow(call: Call[Any], watch: Watch[News], stream: EventStream, line: Callable[[News], Line]) -> None:
    """Until the caller's `seconds` are over, is replaced or signed out, or the process leaves. Raises StreamEnded."""
    ends = time.monotonic() + call.query.seconds
    beats = time.monotonic() + BEAT_SECONDS
    while True:
        now = time.monotonic()
        for one in await watch.wait(max(0.0, min(ends, beats) - now)):
            await stream.send(*line(one))
        if (reason := await _reason_to_end(call, watch, ends)) is not None:
            await stream.send("end", orjson.dumps({"reason": reason}))
            return
        if time.monotonic() >= beats:
            await stream.beat()
            beats = time.monotonic() + BEAT_SECONDS


async def _reason_to_end(call: Call[Any], watch: Watch[Any], ends: float) -> str | None:
    if call.leaving.is_set():
        return "leaving"
    if watch.replaced:
        return "replaced"
    if time.monotonic() >= ends:
        return "time"
    return None if await call.is_still_allowed() else "signed_out"
