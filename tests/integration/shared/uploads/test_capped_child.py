"""A child may use only so much, and one that fails costs one job."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.uploads.capped_child import CappedChild, ChildCannotStart, ChildCrashed, ChildTimedOut, Limits
from shared.uploads.child_pool import ChildPool, PoolBusy

MODULE = "tests.integration.shared.uploads.misbehaving_child"
MEGABYTE = 1024 * 1024
LIMITS = Limits(memory_bytes=100 * MEGABYTE, cpu_seconds=5, wall_seconds=20)


@asynccontextmanager
async def started(limits: Limits = LIMITS, **config: object) -> AsyncIterator[CappedChild]:
    """A child that is gone at the end of the test."""
    child = CappedChild(MODULE, limits, config)
    try:
        yield child
    finally:
        await child.end()


def alive(pid: int) -> bool:
    """True while the process runs."""
    return Path(f"/proc/{pid}/stat").exists()


async def test_bytes_go_through_unchanged_and_the_child_is_reused() -> None:
    """Several megabytes come back as they went, from one and the same process."""
    body = os.urandom(8 * MEGABYTE)
    async with started() as child:
        first, answer = await child.run({"do": "echo"}, body)
        assert answer == body
        second, _ = await child.run({"do": "echo"})
        assert first["pid"] == second["pid"] == child.pid


@pytest.mark.requirement("V36")
async def test_a_stuck_child_is_killed_and_replaced() -> None:
    """Past the wall time the process is gone and the next job is answered by another."""
    async with started(Limits(memory_bytes=100 * MEGABYTE, cpu_seconds=5, wall_seconds=0.3)) as child:
        first, _ = await child.run({"do": "echo"})
        begun = time.monotonic()
        with pytest.raises(ChildTimedOut):
            await child.run({"do": "sleep"})
        assert time.monotonic() - begun < 3
        assert not alive(int(str(first["pid"])))
        second, _ = await child.run({"do": "echo"})
        assert second["pid"] != first["pid"]


@pytest.mark.requirement("V36")
async def test_processor_time_is_bounded_by_the_kernel() -> None:
    """A child that spins is ended although the wall time would allow it to go on."""
    async with started(Limits(memory_bytes=100 * MEGABYTE, cpu_seconds=1, wall_seconds=30)) as child:
        begun = time.monotonic()
        with pytest.raises(ChildCrashed):
            await child.run({"do": "spin"})
        assert time.monotonic() - begun < 25


@pytest.mark.requirement("V36")
async def test_memory_is_bounded() -> None:
    """300 MB are refused under a cap of 100, and granted under one of 400: the cap is what refuses."""
    job = {"do": "allocate", "bytes": 300 * MEGABYTE}
    async with started() as child:
        header, _ = await child.run(job)
        assert header == {"out_of_memory": True}
        assert child.pid is None, "a child that ran out of memory is not used again"
    async with started(Limits(memory_bytes=400 * MEGABYTE, cpu_seconds=5, wall_seconds=20)) as child:
        header, _ = await child.run(job)
        assert header["held"] == 300 * MEGABYTE


async def test_a_crash_is_told_as_such() -> None:
    """An abort inside the child is one typed failure; the next job works."""
    async with started() as child:
        with pytest.raises(ChildCrashed):
            await child.run({"do": "crash"})
        header, _ = await child.run({"do": "echo"})
        assert header["pid"]


async def test_noise_on_standard_output_breaks_nothing() -> None:
    """A library that prints does not garble the frames."""
    async with started() as child:
        assert await child.run({"do": "print"}) == ({"done": True}, b"")
        assert (await child.run({"do": "echo"}, b"x"))[1] == b"x"


async def test_the_child_writes_no_file_and_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's environment stays behind, and writing a file ends the child."""
    monkeypatch.setenv("TIRO_DATABASE_PASSWORD", "never-for-a-child")
    async with started() as child:
        header, _ = await child.run({"do": "environment"})
        assert set(header["environment"]) <= {  # type: ignore[call-overload]
            "PATH", "LANG", "PYTHONPATH", "MALLOC_ARENA_MAX", "PYTHONUTF8", "PWD", "SHLVL", "_", "LC_CTYPE",
        }  # fmt: skip
        assert header["cwd"] == "/"
        assert int(str(header["open"])) <= 6
        pid = child.pid
        with pytest.raises(ChildCrashed):
            await child.run({"do": "write a file"})
        left = Path(f"/tmp/tiro-child-{pid}")
        assert not left.exists() or left.stat().st_size == 0
        left.unlink(missing_ok=True)


async def test_a_flood_is_not_read() -> None:
    """A reply beyond the limit counts as a crash, however well formed."""
    limits = Limits(memory_bytes=100 * MEGABYTE, cpu_seconds=5, wall_seconds=20, reply_bytes=MEGABYTE)
    async with started(limits) as child:
        with pytest.raises(ChildCrashed):
            await child.run({"do": "flood"})


async def test_a_child_with_unread_output_can_be_ended() -> None:
    """Output that nobody reads fills every buffer up to the event loop's; ending the child does not wait on it."""
    async with started() as child:
        await child.run({"do": "babble"})
        await asyncio.sleep(0.5)
        async with asyncio.timeout(5):
            assert await child.end() == -9


async def test_an_idle_child_ends_and_comes_back() -> None:
    """No process is held while nothing is asked, and the next job starts one."""
    limits = Limits(memory_bytes=100 * MEGABYTE, cpu_seconds=5, wall_seconds=20, idle_seconds=0.1)
    async with started(limits) as child:
        first, _ = await child.run({"do": "echo"})
        async with asyncio.timeout(5):
            while alive(int(str(first["pid"]))):
                await asyncio.sleep(0.02)
        assert child.pid is None
        second, _ = await child.run({"do": "echo"})
        assert second["pid"] != first["pid"]


async def test_a_child_is_recycled_after_its_share_of_jobs() -> None:
    """Two jobs a child: the third is answered by another process."""
    limits = Limits(memory_bytes=100 * MEGABYTE, cpu_seconds=5, wall_seconds=20, jobs=2)
    async with started(limits) as child:
        pids = [(await child.run({"do": "echo"}))[0]["pid"] for _ in range(3)]
    assert pids[0] == pids[1] != pids[2]


async def test_the_service_s_own_size_does_not_count_against_the_child() -> None:
    """Started from a process of 200 MB, a small child is kept; one that itself grew past the mark is replaced."""
    ballast = bytearray(os.urandom(1)) * (200 * MEGABYTE)
    limits = Limits(memory_bytes=300 * MEGABYTE, cpu_seconds=5, wall_seconds=20, peak_bytes=120 * MEGABYTE)
    async with started(limits) as child:
        small, _ = await child.run({"do": "echo"})
        assert child.pid == small["pid"]
        await child.run({"do": "allocate", "bytes": 180 * MEGABYTE})
        assert child.pid is None
    assert len(ballast) == 200 * MEGABYTE


async def test_a_cancelled_job_leaves_no_answer_for_the_next() -> None:
    """After a caller went away in the middle, the next caller gets its own answer and not the former's."""
    async with started() as child:
        await child.run({"do": "echo"})
        task = asyncio.create_task(child.run({"do": "sleep"}))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await child.run({"do": "echo"}, b"mine"))[1] == b"mine"


async def test_a_child_that_can_not_start_says_why() -> None:
    """The reason comes through; a module that does not exist is a failure to start too."""
    async with started(refuse=True) as child:
        with pytest.raises(ChildCannotStart, match="nothing to work with"):
            await child.run({"do": "echo"})
    absent = CappedChild("tests.no_such_child", LIMITS)
    with pytest.raises(ChildCannotStart):
        await absent.run({})


async def test_a_pool_bounds_processes_and_waiting() -> None:
    """Two children serve eight callers; who would wait too long is told that the pool is busy."""
    pool = ChildPool(MODULE, LIMITS, size=2, queue_seconds=20)
    answers = await asyncio.gather(*(pool.run({"do": "echo"}) for _ in range(8)))
    assert len({str(header["pid"]) for header, _ in answers}) <= 2
    await pool.stop()
    with pytest.raises(PoolBusy):
        await pool.run({"do": "echo"})
    hurried = ChildPool(MODULE, Limits(memory_bytes=100 * MEGABYTE, cpu_seconds=5, wall_seconds=2), queue_seconds=0.2)
    slow = asyncio.create_task(hurried.run({"do": "sleep"}))
    await asyncio.sleep(0)
    with pytest.raises(PoolBusy):
        await hurried.run({"do": "echo"})
    await hurried.stop()
    # Or it was not even up: a busy machine takes longer than the wait for a child.
    with pytest.raises((ChildCrashed, ChildCannotStart)):
        await slow
