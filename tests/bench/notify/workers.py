"""Workers of the bench: armed with a failpoint each, started anew when it has killed them, told to stop at the end. One
that ends in any other way is a fault, and its log is kept."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from deploy.local.home import PROJECT

_POINTS: Final = ("consumer.before_ack", "delivery.after_send", "delivery.after_claim")
_EVERY: Final = {"consumer.before_ack": 50, "delivery.after_send": 1, "delivery.after_claim": 20}
"""So many notices pass at most before a point is passed once."""
_STOP_SECONDS: Final = 40


@dataclass
class Workers:
    """`environments`: one per worker that runs at a time; `notices`: how many all of them will hand over."""

    environments: Sequence[dict[str, str]]
    kills: int
    notices: int
    logs: Path
    killed: int = 0
    faults: list[str] = field(default_factory=list)
    _stopping: bool = False
    _running: set[asyncio.subprocess.Process] = field(default_factory=set)
    _keepers: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """All of them, each with its share of the kills."""
        self.logs.mkdir(parents=True, exist_ok=True)
        points = list(islice(cycle(_POINTS), self.kills))
        many = len(self.environments)
        apart = self.notices // (self.kills + many)
        for place in range(many):
            armed = [f"{point}:kill:{max(apart // _EVERY[point], 2)}" for point in points[place::many]]
            self._keepers.append(asyncio.create_task(self._keep(place, armed)))

    async def stop(self) -> None:
        """Tell them to stop, and wait until they have."""
        self._stopping = True
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        if not self._keepers:
            return
        _, late = await asyncio.wait(self._keepers, timeout=_STOP_SECONDS)
        if late:
            self.faults.append(f"{len(late)} workers did not stop within {_STOP_SECONDS} s")
            for process in list(self._running):
                process.kill()
            await asyncio.wait(late)

    async def _keep(self, place: int, armed: Sequence[str]) -> None:
        for life, point in enumerate([*armed, ""]):
            log = self.logs / f"worker-{place}-{life}.log"
            code = await self._live(place, point, log)
            # One that is told to stop while it still starts has no answer to the signal yet.
            if self._stopping and code in (0, -signal.SIGTERM):
                log.unlink()
                return
            if not point or code != -signal.SIGKILL:
                self.faults.append(f"worker {place} ended with {code}, see {log}")
                return
            log.unlink()
            self.killed += 1

    async def _live(self, place: int, point: str, log: Path) -> int:
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.bench.notify.sender",
                cwd=PROJECT,
                env={**self.environments[place], "FAILPOINT": point},
                stdout=output,
                stderr=output,
            )
        self._running.add(process)
        code = await process.wait()
        self._running.discard(process)
        return code
