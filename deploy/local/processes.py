"""Starts, watches, signals and stops the processes of one stack. One log file per part; nothing runs unrecorded."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.account import Account
from deploy.local.faults import StackError
from deploy.local.home import PROJECT, Home
from deploy.local.progress import Say, waiting
from deploy.local.state import MARK_VARIABLE, Record, end, members, start_time

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
LOG_LIMIT = 20_000_000


@dataclass(frozen=True)
class Launch:
    """How to start one part and how to see that it is ready. Without `ready` it is awaited until it exits with 0."""

    argv: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], Awaitable[bool]] | None = None
    waits_for: str = ""
    port: int | None = None
    folder: Path = PROJECT
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 20.0
    patience: float = 60.0
    advice: str = ""


Factory = Callable[[], Awaitable[Launch]]


class Processes:
    """The running parts, by name."""

    def __init__(self, home: Home, say: Say) -> None:
        self._home = home
        self._say = say
        self.record = Record(home)
        self._running: dict[str, tuple[subprocess.Popen[bytes], Launch]] = {}

    async def start(self, part: str, factory: Factory) -> None:
        """Prepares and starts a part and waits until it is ready. Raises StackError with the end of its log if not."""
        async with waiting(self._say, part) as wait:
            launch = await factory()
            wait.reason = launch.waits_for
            self.spawn(part, launch)
            await self.ready(part)

    def spawn(self, part: str, launch: Launch) -> None:
        """Starts a part as the leader of a session of its own, logging to its file."""
        log = self._home.log(part)
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.rename(log.with_suffix(".log.1"))
        inherited = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        as_account = {} if launch.account is None else launch.account.popen_arguments()
        with log.open("ab") as output:
            try:
                process = subprocess.Popen(
                    launch.argv,
                    env=inherited | launch.environment | {MARK_VARIABLE: self._home.mark},
                    cwd=launch.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                    **as_account,
                )
            except OSError as error:
                raise StackError(part, f"could not be started: {error}", advice=launch.advice) from error
        self._running[part] = (process, launch)
        self.record.add(part, process.pid, launch.port)

    async def ready(self, part: str) -> None:
        """Waits until a started part is ready. Raises StackError when it ends first or its patience is over."""
        process, launch = self._running[part]
        deadline = time.monotonic() + launch.patience
        while time.monotonic() < deadline:
            code = process.poll()
            if launch.ready is None and code == 0:
                self.forget(part)
                return
            if code is not None:
                self.forget(part)
                raise StackError(part, f"ended with code {code}", log=self._home.log(part), advice=launch.advice)
            if launch.ready is not None and await launch.ready():
                return
            await asyncio.sleep(0.05)
        reason = f"not ready after {launch.patience:.0f} s ({launch.waits_for})"
        raise StackError(part, reason, log=self._home.log(part), advice=launch.advice)

    def pid(self, part: str) -> int:
        """Process id of a part; KeyError if it was never started."""
        return self._running[part][0].pid

    def names(self) -> list[str]:
        """Parts in the order in which they were started."""
        return list(self._running)

    def exit_code(self, part: str) -> int | None:
        """None while it runs; negative = ended by that signal."""
        return self._running[part][0].poll()

    def signal(self, part: str, number: signal.Signals) -> None:
        """Sends a signal to the part's own process only."""
        self._running[part][0].send_signal(number)

    def rename(self, part: str, other: str) -> None:
        """The process goes on under another name."""
        process, launch = self._running.pop(part)
        self._running[other] = (process, launch)
        self.record.remove(part)
        if process.poll() is None:
            self.record.add(other, process.pid, launch.port)

    def forget(self, part: str) -> None:
        """Removes a part that has ended from the books."""
        self._running.pop(part, None)
        self.record.remove(part)

    async def stop(self, part: str) -> int:
        """Asks a part to stop, insists after its grace, removes the rest of its session. Returns its exit code."""
        process, launch = self._running[part]
        session = {process.pid: start_time(process.pid) or 0}
        process.send_signal(launch.stop_signal)
        if launch.stop_signal is not signal.SIGKILL:
            process.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + launch.grace
        while process.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        if process.poll() is None:
            self._say(f"  {part:<22} still there after {launch.grace:.0f} s: killed")
            process.kill()
        code = await asyncio.to_thread(process.wait)
        if remaining := members(session):
            await asyncio.to_thread(end, remaining, 2.0)
        self.forget(part)
        return code

    async def clear_leftovers(self) -> int:
        """Ends whatever an earlier run of this home left behind; returns how many processes that were."""
        found = self.record.leftovers()
        if found:
            await asyncio.to_thread(end, found, 10.0)
        for name in self.record.read():
            self.record.remove(name)
        return len(found)
