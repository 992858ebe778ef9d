"""The virus-scan port and its clamd client (INSTREAM); an unanswered question is neither yes nor no (V41)."""

import asyncio
import contextlib
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

_CHUNK: Final = 64 * 1024
_ANSWER_LIMIT: Final = 4096


class ScanVerdict(StrEnum):
    """UNAVAILABLE keeps a file pending: it is not served, and it is scanned again later."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class ScanResult:
    """`detail` is the signature's name when infected, the reason when unavailable, "off" when no scanner is set."""

    verdict: ScanVerdict
    detail: str = ""


class Scanner(Protocol):
    """Answers whether some bytes carry a known virus; never raises for a scanner that is down."""

    async def scan(self, data: bytes) -> ScanResult: ...


class ScannerOff:
    """No scanner is set: every file counts as clean, and says so."""

    async def scan(self, data: bytes) -> ScanResult:
        """Clean, with the detail "off"."""
        return ScanResult(ScanVerdict.CLEAN, "off")


class ClamdScanner:
    """Speaks clamd's INSTREAM over TCP, one connection a file; `seconds` bounds the whole scan."""

    def __init__(self, host: str, port: int, *, seconds: float = 30.0) -> None:
        self._host, self._port, self._seconds = host, port, seconds

    async def scan(self, data: bytes) -> ScanResult:
        """The daemon's verdict; UNAVAILABLE when it is down, slow, at its size limit or talks nonsense."""
        try:
            async with asyncio.timeout(self._seconds):
                return _verdict(await self._ask(data))
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
            return ScanResult(ScanVerdict.UNAVAILABLE, type(error).__name__)

    async def _ask(self, data: bytes) -> str:
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=_ANSWER_LIMIT)
        try:
            writer.write(b"zINSTREAM\0")
            # The daemon may answer and close before it has everything; its answer still counts.
            with contextlib.suppress(ConnectionError):
                for start in range(0, len(data), _CHUNK):
                    chunk = data[start : start + _CHUNK]
                    writer.write(struct.pack(">I", len(chunk)) + chunk)
                    await writer.drain()
                writer.write(struct.pack(">I", 0))
                await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode("ascii", "replace").strip()
        finally:
            writer.close()


def _verdict(answer: str) -> ScanResult:
    if answer == "stream: OK":
        return ScanResult(ScanVerdict.CLEAN)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return ScanResult(ScanVerdict.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND"))
    return ScanResult(ScanVerdict.UNAVAILABLE, answer[:200])


def scanner_at(address: str | None, *, seconds: float = 30.0) -> Scanner:
    """The scanner for a setting: None or "" switches it off, "host:port" is a clamd. Raises ValueError otherwise."""
    if not address:
        return ScannerOff()
    host, separator, port = address.rpartition(":")
    if not separator or not host or not port.isdecimal():
        raise ValueError("a scanner address is host:port")
    return ClamdScanner(host.strip("[]"), int(port), seconds=seconds)
