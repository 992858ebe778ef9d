"""The process behind `up`: starts the stack, keeps it, stops it on SIGTERM. It reports into a file that `up` shows."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from deploy.local.faults import StackError, last_lines
from deploy.local.home import PROJECT, Home
from deploy.local.progress import Say
from deploy.local.stack import Stack
from deploy.local.state import Record, end, start_time
from deploy.local.supervisor import Supervisor

NAME = "supervisor"
READY, FAILED = "= ready", "= failed"
PREFERRED_PORTS = {"gateway": 8080, "mailbox": 8025}


def report_file(home: Home) -> Path:
    """Where the daemon writes its progress."""
    return home.run / "progress"


def launch(home: Home, *, engines_only: bool) -> subprocess.Popen[bytes]:
    """Starts the daemon in a session of its own, so that it outlives the terminal."""
    report_file(home).write_text("", encoding="utf-8")
    with home.log(NAME).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "supervise", "--home", str(home.root)]
            + ["--engines-only"] * engines_only,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def follow(home: Home, daemon: subprocess.Popen[bytes], say: Say) -> bool:
    """Shows the daemon's progress until the stack is ready (True) or has failed (False)."""
    shown = 0
    while True:
        ended = daemon.poll() is not None
        lines = report_file(home).read_text(encoding="utf-8").splitlines()
        for line in lines[shown:]:
            if line == READY:
                return True
            if line == FAILED:
                daemon.wait()
                return False
            say(line)
        shown = len(lines)
        if ended:
            raise StackError(NAME, f"ended with code {daemon.returncode}", log=home.log(NAME))
        time.sleep(0.1)


async def supervise(home: Home, *, engines_only: bool) -> int:
    """Runs until SIGTERM or SIGINT; exit code 1 when the stack could not be started."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    report = report_file(home).open("a", encoding="utf-8", buffering=1)

    def say(line: str) -> None:
        report.write(line + "\n")

    stack = Stack(home.root, say=say, preferred_ports=_preferred_ports(), reap=False)
    try:
        async with stack:
            stack.processes.record.add(NAME, os.getpid())
            starting = asyncio.create_task(_start(stack, engines_only=engines_only))
            ending = asyncio.create_task(over.wait())
            await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
                say("  stopped while starting")
                say(FAILED)
                return 1
            await starting
            say(READY)
            await Supervisor(stack, say).watch(over)
        return 0
    except StackError as fault:
        say(str(fault))
        say(FAILED)
        return 1
    finally:
        stack.processes.record.remove(NAME)
        report.close()


async def _start(stack: Stack, *, engines_only: bool) -> None:
    await stack.start_engines()
    if not engines_only:
        await stack.start_services()


def stop(home: Home, say: Say, patience: float = 90.0) -> bool:
    """Stops the stack of a home, whether its supervisor lives or not. False when nothing ran."""
    record = Record(home)
    alive = record.alive()
    supervisor = alive.get(NAME)
    if supervisor is not None:
        os.kill(supervisor.pid, signal.SIGTERM)
        began = time.monotonic()
        while start_time(supervisor.pid) == supervisor.began and time.monotonic() - began < patience:
            time.sleep(0.1)
    leftovers = record.leftovers()
    if leftovers:
        say(f"  ending {len(leftovers)} processes that were left behind")
        end(leftovers, 20.0)
    for name in record.read():
        record.remove(name)
    return bool(alive or leftovers)


def why_stopped(home: Home) -> list[str]:
    """The last lines of the supervisor's own log."""
    return last_lines(home.log(NAME))


def _preferred_ports() -> dict[str, int]:
    chosen = os.environ.get("TIRO_GATEWAY_PORT")
    return PREFERRED_PORTS | ({"gateway": int(chosen)} if chosen else {})
