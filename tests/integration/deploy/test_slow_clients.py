"""A thousand slow clients, at the gateway and at a service itself: the others are served on, and each slow one is ended
within its limit (V74)."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

import aiohttp
import pytest
import pytest_asyncio

from deploy.local.gateway_keys import gateway_header
from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.security.tokens import SigningKey, issue
from tests.bench.declare.load import percentile
from tests.integration.deploy.conftest import make_room_for_notification
from tests.support import ready_drafts
from tests.support.slow_clients import KINDS, Attack, Ending
from tests.support.waiting import wait_until

API, PATH, CLIENTS = "notification.api", "/api/notification/v1/messages", 1000
LIMIT, LIFTED = 4, 120
LATE = 6.0
"""Looks come a quarter of a limit late, and this machine has other work."""
TRIES = 3
"""Attacks at most, until one is free of other work on this machine; a server that suffers fails them all."""
FLOOR = 0.05
"""Seconds: a p99 below this is not told apart from noise where the same two processors send and serve."""


@dataclass(frozen=True)
class Served:
    """The stack, and the headers of somebody who is logged in, as the gateway would send them on."""

    stack: Stack
    headers: dict[str, str]

    async def limit(self, seconds: int) -> None:
        """Starts gateway and service anew with these limits; how many requests come at once is not what is limited."""
        edge = self.stack.gateway.table.edge.model_copy(
            update={"slow_request_seconds": seconds, "idle_seconds": seconds}
        )
        table = self.stack.gateway.table
        rates = {name: rate.model_copy(update={"burst": 2 * CLIENTS}) for name, rate in table.rates.items()}
        self.stack.gateway.table = table.model_copy(update={"edge": edge, "rates": rates})
        for part in {API, "gateway"} & set(self.stack.processes.names()):
            await self.stack.stop(part)
        limits = {f"NOTIFICATION_HTTP__{name}_SECONDS": str(seconds) for name in ("IDLE", "BODY_PAUSE")}
        await self.stack.start("notification", "api", extra_env=limits)
        await self.stack.start_gateway()

        async def knows_us() -> bool:
            async with aiohttp.ClientSession(headers=self.headers) as session:
                return (await session.get(self.stack.gateway_url + PATH)).status == 200

        await wait_until(knows_us, what="the service to know the signing key")


@pytest_asyncio.fixture(scope="module")
async def served(engines: Stack) -> AsyncIterator[Served]:
    """Notification's api behind the gateway; the other services are down."""
    await make_room_for_notification(engines)
    signing = SigningKey.generate("slow")
    await ready_drafts.trust(engines, signing, ("notification",))
    token = issue(signing, Actor("candidate", new_id(), "candidate"), "tiro", datetime.now(SHANGHAI), 600)
    headers = {"Authorization": f"Bearer {token}"} | gateway_header(engines.home, "notification")
    yield Served(engines, headers)
    for part in ("gateway", API):
        await engines.stop(part)


@asynccontextmanager
async def _attacked(served: Served, port: int, patience: float) -> AsyncIterator[asyncio.Task[list[Ending]]]:
    """The block begins when all clients are connected; the task gives their endings."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in served.headers.items())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.slow_clients"),
        cwd=PROJECT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(asdict(Attack(port, PATH, lines, CLIENTS, patience))).encode())
    process.stdin.write_eof()
    output = process.stdout

    async def endings() -> list[Ending]:
        return [Ending(**json.loads(line)) async for line in output]

    try:
        assert await output.readline() == b"held\n"
        yield asyncio.create_task(endings())
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _p99(served: Served, seconds: float) -> float:
    """Of eight others who read their messages through the gateway: the middle of the p99 of each second, so that a
    burst of other work on this machine does not count as ours."""
    windows: dict[int, list[float]] = {}
    began = time.monotonic()

    async def read(session: aiohttp.ClientSession) -> None:
        while (sent := time.monotonic()) < began + seconds:
            async with session.get(PATH) as got:
                assert got.status == 200
            windows.setdefault(int(sent - began), []).append(time.monotonic() - sent)
            await asyncio.sleep(0.02)

    async with aiohttp.ClientSession(served.stack.gateway_url, headers=served.headers) as session:
        await asyncio.gather(*(read(session) for _ in range(8)))
    return statistics.median(percentile(window, 0.99) for window in windows.values())


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.requirement("V74")
async def test_slow_clients_do_not_disturb_and_do_not_last(served: Served) -> None:
    """1,000 clients at the gateway and 1,000 at the service send a byte of a head or a body a second, or nothing: the
    others' p99 stays below twice what it was, and every slow client is told 408 or cut off in time. With the limits
    lifted the same clients keep their connections (the negative control)."""
    await served.limit(LIMIT)
    tries = [await _round(served)]
    while tries[-1] >= 2 and len(tries) < TRIES:
        tries.append(await _round(served))
    assert tries[-1] < 2, f"the others' p99 grew by {tries}"
    await served.limit(LIFTED)
    for endings in await _endings(served, LIMIT * 1.5):
        assert [e for e in endings if e.seconds is not None] == []


async def _round(served: Served) -> float:
    """One attack, every client of which is ended; the p99 of the others as a multiple of that just before."""
    quiet = await _p99(served, 3)
    attacked: list[float] = []
    for endings in await _endings(served, LIMIT + LATE, attacked):
        assert len(endings) == CLIENTS
        assert not [e for e in endings if e.seconds is None], "every one is ended"
        assert {e.kind for e in endings} == set(KINDS)
        assert {e.kind for e in endings if e.status == 408} == {"slow body"}
    return attacked[0] / max(quiet, FLOOR)


async def _endings(served: Served, patience: float, p99: list[float] | None = None) -> list[list[Ending]]:
    """Of CLIENTS at the gateway and as many at the service; while they hold on, the p99 of the others is added."""
    gateway, service = (served.stack.ports.of(part) for part in ("gateway", API))
    async with _attacked(served, gateway, patience) as one, _attacked(served, service, patience) as other:
        if p99 is not None:
            p99.append(await _p99(served, 3))
        return [await one, await other]
