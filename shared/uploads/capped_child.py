"""The parent's side: a child process that may use only so much memory, processor and time, replaced when it fails."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL

from shared.uploads.frames import MAX_HEADER_BYTES, PREFIX, decode_header, encode_header, pack_prefix

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use. `memory_bytes` bounds the resident set; `address_slack` allows that much more to be
    mapped without being touched (fonts, thread stacks). `jobs` and `peak_bytes` decide when a child is replaced."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    address_slack: int = 0
    start_seconds: float = 30.0
    idle_seconds: float = 60.0
    jobs: int = 200
    peak_bytes: int = sys.maxsize
    reply_bytes: int = 128 * 1024 * 1024


class ChildFailure(Exception):
    """The child did not finish the job; it is gone and the next job gets a new one."""


class ChildTimedOut(ChildFailure):
    """The wall time of the job ran out and the child was killed."""


class ChildCrashed(ChildFailure):
    """The child ended by itself, by a limit or by a signal; the argument is its return code, 255 where
    the event loop could not learn it."""


class ChildCannotStart(ChildFailure):
    """The child never became ready; the argument is the reason it gave."""


class CappedChild:
    """One child, started by the first job and ended after `idle_seconds` without one. Not for concurrent use."""

    def __init__(self, module: str, limits: Limits, config: Mapping[str, object] | None = None) -> None:
        self._module = module
        self._limits = limits
        self._config = dict(config or {})
        self._process: Process | None = None
        self._jobs = 0
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[int] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while the child lives."""
        return self._process.pid if self._process else None

    async def run(self, header: Mapping[str, object], body: bytes = b"") -> tuple[dict[str, object], bytes]:
        """Does one job and returns the child's reply. Raises ChildTimedOut, ChildCrashed, ChildCannotStart."""
        self._stay()
        process = await self._running()
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                await _send(process, encode_header(header), body)
                reply = await self._receive(process)
        except TimeoutError:
            await self.end()
            raise ChildTimedOut(self._limits.wall_seconds) from None
        except (EOFError, OSError, ValueError):
            raise ChildCrashed(await self.end()) from None
        except BaseException:
            # Cancelled in the middle: nobody knows which reply would come next, so this child is of no more use.
            await asyncio.shield(self.end())
            raise
        await self._after_job(reply[0])
        return reply

    async def end(self) -> int | None:
        """Kills the child and returns its return code; does nothing when there is none."""
        self._stay()
        if self._leaving:
            await self._leaving
        process, self._process, self._jobs = self._process, None, 0
        return await _kill(process) if process else None

    async def _running(self) -> Process:
        if self._process and self._process.returncode is None:
            return self._process
        await self.end()
        limits = self._limits
        config = self._config | {
            "memory_bytes": limits.memory_bytes,
            "address_slack": limits.address_slack,
            "cpu_seconds": limits.cpu_seconds,
        }
        arguments = [sys.executable, "-P", "-B", "-m", self._module, json.dumps(config)]
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *arguments, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd="/", env=_bare_environment()
            )
            async with asyncio.timeout(limits.start_seconds):
                greeting, _ = await self._receive(process)
        except (TimeoutError, EOFError, OSError, ValueError) as error:
            raise ChildCannotStart(f"{type(error).__name__}, code {await self.end()}") from error
        except BaseException:
            await asyncio.shield(self.end())
            raise
        if "cannot_start" in greeting:
            await self.end()
            raise ChildCannotStart(str(greeting["cannot_start"]))
        return process

    async def _receive(self, process: Process) -> tuple[dict[str, object], bytes]:
        assert process.stdout is not None
        header_size, body_size = PREFIX.unpack(await process.stdout.readexactly(PREFIX.size))
        if header_size > MAX_HEADER_BYTES or body_size > self._limits.reply_bytes:
            raise ValueError("the child announced a reply beyond its limit")
        header = decode_header(await process.stdout.readexactly(header_size))
        return header, await process.stdout.readexactly(body_size)

    async def _after_job(self, header: dict[str, object]) -> None:
        self._jobs += 1
        peak = header.pop("peak_bytes", 0)
        grown = isinstance(peak, int) and peak > self._limits.peak_bytes
        if grown or self._jobs >= self._limits.jobs or "out_of_memory" in header:
            await self.end()
            return
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._limits.idle_seconds, self._leave)

    def _stay(self) -> None:
        if self._idle:
            self._idle.cancel()
            self._idle = None

    def _leave(self) -> None:
        # Let go of the process before it is killed, so that a job that comes meanwhile starts a new one.
        process, self._process, self._jobs = self._process, None, 0
        if process:
            self._leaving = asyncio.get_running_loop().create_task(_kill(process))


async def _kill(process: Process) -> int:
    """Ends the process and reads its output to the end: while unread output holds the pipe open, the event loop never
    reports the process as gone."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    assert process.stdout is not None
    # Another coroutine that is reading meanwhile reads to the end itself.
    with contextlib.suppress(RuntimeError, OSError):
        while await process.stdout.read(_CHUNK):
            pass
    return await process.wait()


async def _send(process: Process, header: bytes, body: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(pack_prefix(header, body) + header)
    process.stdin.write(body)
    await process.stdin.drain()


def _bare_environment() -> dict[str, str]:
    """Nothing of the service's environment, which holds its secrets, reaches a process that reads hostile files."""
    paths = [str(Path(entry).resolve()) for entry in sys.path]
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(paths),
        "MALLOC_ARENA_MAX": "1",
        "PYTHONUTF8": "1",
    }
