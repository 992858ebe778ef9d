"""A load generator of raw HTTP/1.1 on kept-alive connections: cheap enough to share two cores with what it measures."""

import asyncio
import gc
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Result:
    """Seconds per answer, by request in the order they were sent, and the statuses that came back."""

    began: float
    ended: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    late: int = 0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / (self.ended - self.began)


class Connection:
    """One kept-alive connection that has one request under way."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, request: bytes) -> int:
        """The status of the answer."""
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        at = lower.find(b"content-length: ")
        if at >= 0:
            length = int(lower[at + 16 : lower.find(b"\r\n", at)])
            if length:
                await self._reader.readexactly(length)
        return int(head[9:12])

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()


async def closed_loop(host: str, port: int, requests: Iterable[bytes], connections: int) -> Result:
    """Every connection sends its next request as soon as it has its answer: saturation."""
    queue = iter(requests)
    result = Result(time.monotonic())

    async def work() -> None:
        connection = Connection(host, port)
        for request in queue:
            await _one(connection, request, result, time.monotonic())
        connection.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    result.ended = time.monotonic()
    return result


async def open_loop(host: str, port: int, requests: list[bytes], rate: float, connections: int = 64) -> Result:
    """Requests leave at fixed times whatever the server does; latency counts from the intended moment."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(Connection(host, port))
    result = Result(time.monotonic())

    async def one(request: bytes, due: float) -> None:
        connection = await free.get()
        await _one(connection, request, result, due)
        free.put_nowait(connection)

    with _without_collections():
        async with asyncio.TaskGroup() as under_way:
            result.began = time.monotonic()
            for number, request in enumerate(requests):
                due = result.began + number / rate
                if (wait := due - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                elif wait < -0.05:
                    result.late += 1
                under_way.create_task(one(request, due))
    result.ended = time.monotonic()
    while not free.empty():
        free.get_nowait().close()
    return result


@contextmanager
def _without_collections() -> Iterator[None]:
    """The generator's collector would walk everything a bench prepared, a third of a second at a time, and what it
    holds up would be taken for the service's."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


async def _one(connection: Connection, request: bytes, result: Result, since: float) -> None:
    status = await connection.send(request)
    result.latencies.append(time.monotonic() - since)
    result.statuses[status] = result.statuses.get(status, 0) + 1


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie; 0 for none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
