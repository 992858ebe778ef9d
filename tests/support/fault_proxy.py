"""A TCP proxy on loopback that can do what networks do: cut, hold back, delay, or lose the answer to one request."""

import asyncio
from dataclasses import dataclass, field
from typing import Self


@dataclass
class FaultProxy:
    """Forwards to host:port. Arm `lose_answer_to` or `lose_request` with bytes that a client will send; both act once
    and close the connection. `black_hole` swallows everything, both ways, without closing."""

    host: str
    port: int
    lose_answer_to: bytes | None = None
    lose_request: bytes | None = None
    black_hole: bool = False
    delay: float = 0.0
    listen_port: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.listen_port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        self.black_hole = False
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def armed(self) -> bool:
        """Whether a fault still waits for its request."""
        return self.lose_answer_to is not None or self.lose_request is not None

    def cut(self) -> None:
        """Reset every connection that is open now."""
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            server_reader, server_writer = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, server_writer}
        self._writers |= pair
        muted = asyncio.Event()
        try:
            # When one direction ends, so does the other: both sides see the connection close.
            directions = [
                asyncio.create_task(self._requests(reader, server_writer, writer, muted)),
                asyncio.create_task(self._answers(server_reader, writer, muted)),
            ]
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
        finally:
            self._writers -= pair
            for side in pair:
                side.transport.abort()

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        muted: asyncio.Event,
    ) -> None:
        while data := await reader.read(65536):
            if self.lose_request is not None and self.lose_request in data:
                self.lose_request = None
                client.transport.abort()
                return
            if self.lose_answer_to is not None and self.lose_answer_to in data:
                self.lose_answer_to = None
                muted.set()
            await self._forward(server, data)

    async def _answers(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter, muted: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if muted.is_set():
                # The server has acted and answered; the client will never know.
                client.transport.abort()
                return
            await self._forward(client, data)
        client.transport.abort()

    async def _forward(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        while self.black_hole:
            await asyncio.sleep(0.05)
        if self.delay:
            await asyncio.sleep(self.delay)
        writer.write(data)
        await writer.drain()
