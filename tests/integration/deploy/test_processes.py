"""Starting, restarting and stopping, with throw-away processes."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.faults import StackError
from deploy.local.home import PROJECT, Home
from deploy.local.ports import Ports
from deploy.local.processes import Factory, Launch
from deploy.local.stack import Stack
from deploy.local.state import Record, start_time
from deploy.local.supervisor import Supervisor

SLEEPER = Path(__file__).with_name("sleeper.py")


def _sleeper(marks: Path, *more: str) -> Factory:
    async def is_up() -> bool:
        return marks.exists()

    async def launch() -> Launch:
        return Launch([sys.executable, str(SLEEPER), str(marks), *more], ready=is_up, waits_for="for its mark", grace=5)

    return launch


def _starts(marks: Path) -> int:
    return marks.read_text(encoding="ascii").count("started") if marks.exists() else 0


async def test_a_crashed_part_is_started_again(tmp_path: Path) -> None:
    """The supervisor restarts what was killed, and does not without supervision (the negative control)."""
    marks = tmp_path / "marks"
    said: list[str] = []
    async with Stack(tmp_path / "stack") as stack:
        await stack.start_part("sleeper", _sleeper(marks))
        stack.kill("sleeper")
        await asyncio.sleep(1.5)
        assert _starts(marks) == 1, "nobody watches yet"
        over = asyncio.Event()
        watching = asyncio.create_task(Supervisor(stack, said.append).watch(over))
        async with asyncio.timeout(10):
            while _starts(marks) < 2:
                await asyncio.sleep(0.1)
        assert "SIGKILL" in said[0]
        over.set()
        await watching
        assert stack.processes.exit_code("sleeper") is None


async def test_pauses_grow_when_a_part_keeps_crashing(tmp_path: Path) -> None:
    """A part that ends at once is not restarted in a tight loop."""
    marks = tmp_path / "marks"
    said: list[str] = []
    async with Stack(tmp_path / "stack") as stack:
        await stack.start_part("sleeper", _sleeper(marks, "crash"))
        over = asyncio.Event()
        watching = asyncio.create_task(Supervisor(stack, said.append).watch(over))
        stack.kill("sleeper")
        await asyncio.sleep(4.5)
        over.set()
        await watching
    pauses = [line.rpartition(" in ")[2] for line in said if "starting again" in line]
    assert pauses[:3] == ["0.5 s", "1.0 s", "2.0 s"]
    assert _starts(marks) <= 4


async def test_a_part_that_fails_says_why(tmp_path: Path) -> None:
    """The error names the part, its exit code, its last lines and what to do next."""

    async def launch() -> Launch:
        async def never() -> bool:
            return False

        return Launch([sys.executable, "-c", "import sys; sys.exit('no such table')"], ready=never, advice="look there")

    async with Stack(tmp_path / "stack") as stack:
        with pytest.raises(StackError) as caught:
            await stack.start_part("broken", launch)
    text = str(caught.value)
    assert text.startswith("broken: ended with code 1")
    assert "no such table" in text
    assert "next: look there" in text


async def test_stop_ends_the_children_too(tmp_path: Path) -> None:
    """A part that leaves a child behind leaves nothing running after its stop."""
    file = tmp_path / "child"
    program = f"import subprocess; p = subprocess.Popen(['sleep', '1000']); open({str(file)!r}, 'w').write(str(p.pid))"

    async def launch() -> Launch:
        async def is_up() -> bool:
            return file.exists() and file.read_text() != ""

        return Launch([sys.executable, "-c", f"{program}; import time; time.sleep(1000)"], ready=is_up)

    async with Stack(tmp_path / "stack") as stack:
        await stack.start_part("parent", launch)
        child = int(file.read_text())
        assert start_time(child) is not None
        await stack.stop("parent")
        assert start_time(child) is None


async def test_a_second_stack_on_the_same_home_is_refused(tmp_path: Path) -> None:
    """Two owners of one data folder would destroy it."""
    async with Stack(tmp_path, reap=False):
        second = Stack(tmp_path, reap=False)
        with pytest.raises(StackError, match="another stack"):
            await second._lock.acquire(patience=0.2)
    async with Stack(tmp_path, reap=False):
        pass


async def test_what_a_killed_run_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    """After kill -9 of the process that owned a stack, the next start on that home ends its parts; a stranger with the
    same program and a recorded id that now belongs to somebody else stay alone."""
    stranger = subprocess.Popen(["sleep", "1000"])
    marks = tmp_path / "marks"
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, str(tmp_path / "stack"), str(marks)], cwd=PROJECT)
    async with asyncio.timeout(20):
        while _starts(marks) < 1 or "sleeper" not in Record(_home(tmp_path)).alive():
            await asyncio.sleep(0.1)
    left = Record(_home(tmp_path)).alive()["sleeper"].pid
    owner.kill()
    owner.wait()
    assert start_time(left) is not None, "without a reaper it lives on"
    record = Record(_home(tmp_path))
    state = _home(tmp_path).run / "state.json"
    record.add("recycled", stranger.pid)
    state.write_text(state.read_text().replace(str(start_time(stranger.pid)), "1"))
    async with Stack(tmp_path / "stack"):
        assert start_time(left) is None
        assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


async def test_a_killed_owner_with_a_reaper_leaves_nothing(tmp_path: Path) -> None:
    """A private stack ends with the test run that started it, even by kill -9, and its folder goes when asked."""
    marks = tmp_path / "marks"
    arguments = [sys.executable, "-c", _OWNER, str(tmp_path / "stack"), str(marks), "reap"]
    owner = subprocess.Popen(arguments, cwd=PROJECT)
    async with asyncio.timeout(60):
        while _starts(marks) < 1 or "sleeper" not in Record(_home(tmp_path)).alive():
            await asyncio.sleep(0.1)
    left = Record(_home(tmp_path)).alive()["sleeper"].pid
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    async with asyncio.timeout(60):
        while start_time(left) is not None or (tmp_path / "stack").exists():
            await asyncio.sleep(0.1)


async def test_a_reaper_waits_for_the_lock_of_the_dead(tmp_path: Path) -> None:
    """The pipe of a killed owner may break before its lock is free; what it left is ended all the same."""
    marks = tmp_path / "marks"
    async with Stack(tmp_path / "stack", reap=False) as stack:
        await stack.start_part("sleeper", _sleeper(marks))
        left = stack.processes.pid("sleeper")
        arguments = [sys.executable, "-m", "deploy.local.reaper", str(tmp_path / "stack"), "keep"]
        reaper = subprocess.Popen(arguments, cwd=PROJECT, stdin=subprocess.DEVNULL)
        with pytest.raises(subprocess.TimeoutExpired):
            await asyncio.to_thread(reaper.wait, 2.0)
        assert start_time(left) is not None, "the lock is held: somebody uses this home"
        stack._lock.release()
        assert await asyncio.to_thread(reaper.wait, 10.0) == 0
        assert start_time(left) is None


def test_ports_are_remembered_and_changed_only_when_taken(tmp_path: Path) -> None:
    """A restart keeps its addresses; a port that another program took meanwhile is replaced."""
    file = tmp_path / "ports.json"
    first = Ports(file).secure("gateway")
    assert first < 32_768
    assert Ports(file).secure("gateway") == first
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        assert Ports(file).of("gateway") == first
        assert Ports(file).secure("gateway") != first


def _home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "stack")


_OWNER = """
import asyncio, sys
from pathlib import Path
from deploy.local.stack import Stack
from tests.integration.deploy.test_processes import _sleeper
async def main():
    reap = sys.argv[3:] == ["reap"]
    async with Stack(Path(sys.argv[1]), reap=reap, erase=reap) as stack:
        await stack.start_part("sleeper", _sleeper(Path(sys.argv[2])))
        await asyncio.sleep(1000)
asyncio.run(main())
"""
