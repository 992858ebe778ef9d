"""A clamd that speaks INSTREAM over real TCP, knows one signature and can be told to fail."""

import asyncio
import random
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# The industry's harmless test pattern, in two halves so that no scanner stops at this file.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
SIZE_LIMIT = 1024 * 1024


class FakeClamd:
    """`mood` is "well", "silent", "hangs up" or "nonsense"."""

    def __init__(self) -> None:
        self.mood = "well"
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection as clamd does."""
        try:
            if await reader.readuntil(b"\0") != b"zINSTREAM\0":
                writer.write(b"UNKNOWN COMMAND\0")
            elif self.mood == "silent":
                await asyncio.sleep(30)
            elif self.mood == "nonsense":
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n\0")
            elif self.mood == "well":
                writer.write(await self._judgement(reader))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _judgement(self, reader: asyncio.StreamReader) -> bytes:
        data = b""
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            if len(data) + size > SIZE_LIMIT:
                return b"INSTREAM size limit exceeded. ERROR\0"
            data += await reader.readexactly(size)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"


async def _listening(daemon: FakeClamd) -> asyncio.Server:
    """Below 32768, where no outgoing connection takes the port between two tests."""
    while True:
        daemon.port = random.randint(20_000, 32_000)
        try:
            return await asyncio.start_server(daemon.answer, "127.0.0.1", daemon.port)
        except OSError:
            continue


@asynccontextmanager
async def fake_clamd() -> AsyncIterator[FakeClamd]:
    """The fake on a free port of its own, gone at the end."""
    daemon = FakeClamd()
    server = await _listening(daemon)
    try:
        yield daemon
    finally:
        server.close()
