"""The gateway's keys: the shared secret by which a service knows that a request came through the gateway (V27).

The file holds one key, or two while they rotate, a line each; the first is what the gateway sends. It is read again
every few seconds, so a rotation needs no restart."""

import asyncio
import hmac
import re
from collections.abc import Sequence
from pathlib import Path

import structlog

log = structlog.get_logger()

HEADER = "X-Tiro-Gateway-Key"
READ_SECONDS = 3.0

_KEY = re.compile(r"[A-Za-z0-9_-]{32,128}")


class GatewayKeys:
    """The keys that are accepted now, one or two."""

    def __init__(self, keys: Sequence[str], path: Path | None = None) -> None:
        """Raises ValueError, without the keys, when they are not one or two of 32 to 128 plain characters."""
        if not 1 <= len(keys) <= 2 or not all(_KEY.fullmatch(key) for key in keys):
            raise ValueError("gateway keys: one or two lines of 32 to 128 letters and digits are needed")
        # Always two comparisons, so that the time does not tell how many there are or which one is right.
        self._first, self._second = keys[0], keys[-1]
        self._path = path

    @classmethod
    def load(cls, path: Path) -> "GatewayKeys":
        """Read the file. Raises ValueError, OSError."""
        return cls(_lines(path), path)

    def accepts(self, given: str) -> bool:
        """Whether this is one of the keys; in constant time for texts of their length."""
        if not given.isascii():
            return False
        return hmac.compare_digest(given, self._first) | hmac.compare_digest(given, self._second)

    def refresh(self) -> None:
        """Read the file again; while it is away or half written, what is known stays."""
        if self._path is None:
            return
        try:
            fresh = GatewayKeys(_lines(self._path))
        except (OSError, ValueError) as error:
            log.error("gateway_keys_unreadable", error=type(error).__name__)
            return
        self._first, self._second = fresh._first, fresh._second

    async def keep(self) -> None:
        """Refresh for ever."""
        while True:
            await asyncio.sleep(READ_SECONDS)
            self.refresh()


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split()
