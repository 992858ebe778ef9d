"""The command line on a home of its own: up, status, kill -9 of everything, up again on the same data, down."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import aio_pika
import asyncpg
import pytest

from deploy.local.home import PROJECT, Home
from deploy.local.stack import Stack
from deploy.local.state import Record, start_time

PARTS = {"supervisor", "epmd", "postgres", "rabbitmq", "objectstore"}


def _run(command: str, home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "deploy.local", command, "--home", str(home), *more]
    return subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=150)


def _processes() -> set[int]:
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}


@pytest.mark.slow
async def test_life_of_a_stack(tmp_path: Path) -> None:
    """Data and addresses outlive kill -9 of every process; `down` ends what was started and nothing else."""
    folder = tmp_path / "stack"
    stranger = subprocess.Popen(["sleep", "1000"])
    before = _processes()
    try:
        first = _run("up", folder, "--engines-only")
        assert first.returncode == 0, first.stdout + first.stderr
        assert re.search(r"rabbitmq +ready in \d+\.\d s", first.stdout), "every part is reported with its seconds"
        home = Home.at(folder)
        running = Record(home).alive()
        assert set(running) == PARTS
        await _leave_traces(folder)
        # The broker writes the name of a new queue to disk half a second late; a kill before that loses its log.
        await asyncio.sleep(2)

        for part in running.values():
            os.kill(part.pid, signal.SIGKILL)
        await asyncio.sleep(0.5)
        assert _run("status", folder).returncode == 1, "a stack with dead parts is not well"

        again = _run("up", folder, "--engines-only")
        assert again.returncode == 0, again.stdout + again.stderr
        assert {name: part.port for name, part in Record(home).alive().items()} == {
            name: part.port for name, part in running.items()
        }
        assert _run("status", folder).returncode == 0
        await _find_traces(folder)
        assert _run("up", folder, "--engines-only").returncode == 0, "a second up finds it running"

        everything = Record(home).leftovers()
        assert len(everything) > len(PARTS)
        assert _run("down", folder).returncode == 0
        assert not [pid for pid in everything if start_time(pid) is not None]
        assert stranger.poll() is None
        assert _run("status", folder).returncode == 3
        assert _run("down", folder).returncode == 0, "down without anything to stop is no error"
    finally:
        erased = _run("down", folder, "--erase")
        stranger.kill()
        stranger.wait()
    assert erased.returncode == 0
    assert not folder.exists()
    left = [pid for pid in _processes() - before if str(folder) in _command(pid)]
    assert not left


async def _leave_traces(folder: Path) -> None:
    stack = Stack(folder, reap=False)
    connection = await asyncpg.connect(stack.around.dsn("declaration_migrator"))
    await connection.execute("CREATE TABLE trace (word text)")
    await connection.execute("INSERT INTO trace VALUES ('留下')")
    await connection.close()
    async with await aio_pika.connect(stack.around.broker_url("declaration_migrator")) as broker:
        channel = await broker.channel()
        arguments: dict[str, aio_pika.abc.FieldValue] = {"x-queue-type": "quorum"}
        await channel.declare_queue("declaration.trace", durable=True, arguments=arguments)
        message = aio_pika.Message(b"trace", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "declaration.trace", timeout=10)


async def _find_traces(folder: Path) -> None:
    stack = Stack(folder, reap=False)
    connection = await asyncpg.connect(stack.around.dsn("declaration"))
    assert await connection.fetchval("SELECT word FROM trace") == "留下"
    await connection.close()
    async with await aio_pika.connect(stack.around.broker_url("declaration")) as broker:
        channel = await broker.channel()
        queue = await channel.get_queue("declaration.trace", ensure=False)
        message = await queue.get(timeout=30)
        assert message is not None
        assert message.body == b"trace"
        await message.ack()


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for PostgreSQL")
async def test_project_below_a_closed_folder(tmp_path: Path) -> None:
    """Under root, a home that the unprivileged account cannot reach still gets a database; erasing removes it all."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    async with Stack(closed / "stack", durable=False, erase=True) as stack:
        await stack.start_part(stack.postgres.name, stack.postgres.launch)
        connection = await asyncpg.connect(stack.admin_dsn)
        data = Path(await connection.fetchval("SHOW data_directory"))
        await connection.close()
        assert closed not in data.parents
        assert start_time(stack.pid("postgres")) is not None
        assert Path(f"/proc/{stack.pid('postgres')}").stat().st_uid != 0
    assert not data.exists()
