"""Bodies that come too slowly are given up (V74), whoever reads them: the pace is kept where the body arrives."""

import asyncio
from dataclasses import dataclass

from aiohttp import StreamReader

from shared.errors import Invalid

_LOOKS = 4


@dataclass(frozen=True, slots=True)
class BodyPace:
    """No pause longer than `pause_seconds`; beyond the first such span, `bytes_per_second` on average."""

    pause_seconds: float = 20.0
    bytes_per_second: int = 8_192


DEFAULT_PACE = BodyPace()


class BodyTooSlow(Invalid):
    """The body did not arrive in time."""

    code = "body_too_slow"
    message_zh = "网络较慢，内容未能及时收到，请重试。"
    message_en = "The body did not arrive in time; please try again."


class SlowBody:
    """Watches one body that had not come whole with its head. Readers get BodyTooSlow when its time is over, that is at
    most a quarter of a pause late."""

    def __init__(self, content: StreamReader, pace: BodyPace) -> None:
        self._loop = asyncio.get_running_loop()
        self._content, self._pace = content, pace
        self._began = self._moved = self._loop.time()
        self._received = content.total_bytes
        self._timer = self._loop.call_later(pace.pause_seconds / _LOOKS, self._look)

    def over(self) -> None:
        """The request is answered. What still comes of its body is read and thrown away for a few seconds by the
        server, which takes a TimeoutError for the end of them, and anything else for a fault."""
        self._timer.cancel()
        if self._content.exception() is not None:
            self._content.set_exception(TimeoutError())

    def _look(self) -> None:
        content, pace, now = self._content, self._pace, self._loop.time()
        if content.is_eof():
            return
        if content.total_bytes != self._received:
            self._received, self._moved = content.total_bytes, now
        allowed = pace.pause_seconds + self._received / pace.bytes_per_second
        if now - self._moved >= pace.pause_seconds or now - self._began >= allowed:
            content.set_exception(BodyTooSlow())
            return
        self._timer = self._loop.call_later(pace.pause_seconds / _LOOKS, self._look)
