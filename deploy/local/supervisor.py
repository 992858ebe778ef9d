"""Keeps a stack as it was started: a part that ends by itself is started again, with a growing pause."""

import asyncio
import signal
import time
from dataclasses import dataclass, field

from deploy.local.faults import StackError
from deploy.local.progress import Say
from deploy.local.stack import Stack
from deploy.local.state import end, members, start_time

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SETTLED = 60.0  # seconds after which a part counts as well again


@dataclass
class Supervisor:
    """Watches every part that a stack runs."""

    stack: Stack
    say: Say
    _pauses: dict[str, float] = field(default_factory=dict)
    _started: dict[str, float] = field(default_factory=dict)
    _restarts: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def watch(self, over: asyncio.Event) -> None:
        """Restarts crashed parts until `over` is set; then no restart is under way any more."""
        while not over.is_set():
            for part in self.stack.processes.names():
                if part not in self._restarts and (code := self.stack.processes.exit_code(part)) is not None:
                    self._restarts[part] = asyncio.create_task(self._start_again(part, code))
            self._restarts = {part: task for part, task in self._restarts.items() if not task.done()}
            await asyncio.sleep(0.2)
        for task in self._restarts.values():
            task.cancel()
        await asyncio.gather(*self._restarts.values(), return_exceptions=True)

    async def _start_again(self, part: str, code: int) -> None:
        await asyncio.to_thread(_clear_session, self.stack.pid(part))
        while True:
            pause = self._next_pause(part)
            self.say(f"  {part:<22} ended with {_describe(code)}; starting again in {pause:.1f} s")
            await asyncio.sleep(pause)
            self._started[part] = time.monotonic()
            try:
                await self.stack.restart(part)
            except StackError as fault:
                self.say(str(fault))
            else:
                return

    def _next_pause(self, part: str) -> float:
        if time.monotonic() - self._started.get(part, 0.0) > SETTLED:
            self._pauses.pop(part, None)
        pause = min(LONGEST_PAUSE, self._pauses.get(part, SHORTEST_PAUSE / 2) * 2)
        self._pauses[part] = pause
        return pause


def _clear_session(leader: int) -> None:
    """Children of a crashed process may still hold its port."""
    if start_time(leader) is None:
        end(members({leader: 0}), 2.0)


def _describe(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
