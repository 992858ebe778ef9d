"""One run of the bench of notices: its parts, what is counted on the way, and until when it is waited for."""

import argparse
import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from deploy.local.stack import Stack
from tests.bench.notify.faulty_provider import FaultyProvider
from tests.bench.notify.publishing import Publishing
from tests.bench.notify.workers import Workers
from tests.support.service_under_test import ServiceUnderTest

_PATIENCE_SECONDS: Final = 300
_CONTROL_SECONDS: Final = 240
"""A control ends by then: what it sends twice may wait for half an hour between two tries, so that is not awaited."""
_OPEN: Final = "SELECT count(*) FROM delivery WHERE state IN ('waiting', 'pending', 'sending', 'unknown', 'reserve')"


@dataclass
class Bench:
    """One run."""

    arguments: argparse.Namespace
    stack: Stack
    service: ServiceUnderTest
    load: Publishing
    workers: Workers
    providers: tuple[FaultyProvider, FaultyProvider]
    down_at: float = 0.0
    left_at: float = 0.0
    restarted: int = 0
    saturation: float | None = None
    judged: list[str] = field(default_factory=list)

    def times_of(self, phone: str) -> list[float]:
        """When a number got texts."""
        return sorted(time for one in self.providers for time in one.taken.get(phone, ()))

    def doubled(self) -> int:
        """Numbers that got more than one text."""
        return sum(1 for phone in self.load.due if len(self.times_of(phone)) > 1)

    def handed_over(self) -> int:
        """Numbers that got a text."""
        first, second = self.providers
        return len(first.taken.keys() | second.taken.keys())


async def wait_until_done(bench: Bench) -> None:
    """For as long as something moves: leases of killed workers last a minute, look-ups come some seconds later, and a
    broker may take a while to come back. A control is done with the first that is doubled, once the broker is there."""
    control = bench.arguments.control

    async def left() -> int:
        restarts: int = bench.arguments.broker_restarts - bench.restarted
        if control and bench.doubled():
            return restarts
        untold = len(bench.load.due) - await count_of(bench, "SELECT count(*) FROM delivery")
        return max(untold, 0) + await count_of(bench, _OPEN) + restarts

    if await wait(bench, left, _CONTROL_SECONDS if control else math.inf):
        return
    if control:
        bench.workers.faults.append(f"control {control}: not over after {_CONTROL_SECONDS} s")
    else:
        bench.workers.faults.append(f"nothing moved for {_PATIENCE_SECONDS} s: what seems lost may only be late")


async def wait(bench: Bench, left: Callable[[], Awaitable[int]], most: float = math.inf) -> bool:
    """Until nothing is left; False where nothing moves any more, `most` seconds are over or a worker is at fault."""
    least, until, end = await left(), time.monotonic() + _PATIENCE_SECONDS, time.monotonic() + most
    while least and time.monotonic() < min(until, end) and not bench.workers.faults:
        await asyncio.sleep(0.5)
        if (now := await left()) < least:
            least, until = now, time.monotonic() + _PATIENCE_SECONDS
    return least == 0


async def count_of(bench: Bench, query: str) -> int:
    """What a query of one number says."""
    async with bench.service.database.read() as reader:
        return int(await reader.fetchval(query))
