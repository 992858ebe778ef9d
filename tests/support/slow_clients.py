"""python -m tests.support.slow_clients: many clients that hold connections and send next to nothing, in a process of
their own. Reads one Attack as JSON from standard input; prints `held` when all are connected, then an Ending a line."""

import asyncio
import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass

KINDS = ("idle", "idle after a request", "slow head", "slow body")


@dataclass(frozen=True)
class Attack:
    """`headers` are lines for every request. Clients are of the KINDS by turns and give up after `patience` seconds."""

    port: int
    path: str
    headers: str
    clients: int
    patience: float


@dataclass(frozen=True)
class Ending:
    """When the server ended a client, in seconds from its connection or its last whole answer; None when it did not.
    `status` is what it was told, 0 for nothing."""

    kind: str
    seconds: float | None
    status: int


async def attack(plan: Attack) -> None:
    """All clients at once; a hundred connect at a time."""
    gate, held = asyncio.Semaphore(100), asyncio.Barrier(plan.clients + 1)
    clients = [asyncio.create_task(_client(plan, KINDS[i % len(KINDS)], gate, held)) for i in range(plan.clients)]
    await held.wait()
    print("held", flush=True)
    for client in clients:
        print(json.dumps(asdict(await client)), flush=True)


async def _client(plan: Attack, kind: str, gate: asyncio.Semaphore, held: asyncio.Barrier) -> Ending:
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", plan.port)
        if kind == "idle after a request":
            writer.write(f"GET {plan.path} HTTP/1.1\r\nHost: x\r\n{plan.headers}\r\n".encode())
            await _whole_answer(reader)
        elif kind == "slow head":
            writer.write(f"GET {plan.path} HTTP/1.1\r\nHost: x\r\nX-Slow: ".encode())
        elif kind == "slow body":
            start = (
                f"POST {plan.path}/reading HTTP/1.1\r\nHost: x\r\n{plan.headers}Idempotency-Key: {id(writer):032}\r\n"
            )
            writer.write(f"{start}Content-Type: application/json\r\nContent-Length: 2000\r\n\r\n".encode())
    began = time.monotonic()
    dripping = asyncio.create_task(_drip(writer)) if kind.startswith("slow") else None
    await held.wait()
    told = b""
    try:
        async with asyncio.timeout(plan.patience):
            told = await reader.readline()
        seconds: float | None = time.monotonic() - began
    except TimeoutError:
        seconds = None
    except ConnectionError:
        seconds = time.monotonic() - began
    if dripping is not None:
        dripping.cancel()
    writer.close()
    return Ending(kind, seconds, int(told[9:12]) if told else 0)


async def _drip(writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(1.0)


async def _whole_answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.index(b"content-length: ") + 16
    await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))


if __name__ == "__main__":
    asyncio.run(attack(Attack(**json.loads(sys.stdin.read()))))
