"""A server's TLS side on loopback for engines that can not show what a test asks for: opens TLS towards the client and
speaks plain to the engine behind. For PostgreSQL it answers the request for TLS first, as its protocol wants."""

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from typing import Self

_WANTS_TLS = bytes.fromhex("0000000804d2162f")


@dataclass
class TlsFront:
    """Forwards to 127.0.0.1:port. `context` may be exchanged: it counts for the next connection; None is plain text."""

    port: int
    context: ssl.SSLContext | None
    postgres: bool = False
    listen_port: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.listen_port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            first = b""
            if self.postgres and (first := await reader.readexactly(8)) == _WANTS_TLS:
                writer.write(b"N" if self.context is None else b"S")
                first = b""
            if self.context is not None:
                await writer.start_tls(self.context)
            await self._forward(first, reader, writer)
        writer.transport.abort()

    async def _forward(self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        engine_reader, engine_writer = await asyncio.open_connection("127.0.0.1", self.port)
        engine_writer.write(first)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, engine_writer))
                both.create_task(_pump(engine_reader, writer))
        finally:
            engine_writer.transport.abort()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.transport.abort()


def serving(certificate: str, key: str, *, old: bool = False) -> ssl.SSLContext:
    """A server's context; an `old` one speaks TLS 1.0 and 1.1 only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return context


def believing_all() -> ssl.SSLContext:
    """A client's context without any check, for controls only."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context
