"""Scheduled work: as many jobs as a service may have share a small pool without waiting for each other for ever."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest_asyncio

from shared.postgres.database import Database
from shared.process.definition import Job
from shared.process.scheduling import run_jobs
from tests.support.engines import Engines
from tests.support.waiting import wait_until

JOBS = 24


@pytest_asyncio.fixture(loop_scope="session")
async def database(engines: Engines) -> AsyncIterator[Database]:
    """A pool of ten."""
    async with engines.database("notification") as name:
        opened = await Database.connect(engines.settings("notification", name).postgres, "test.jobs")
        yield opened
        await opened.close()


async def _count(name: str, database: Database, runs: Counter[str]) -> None:
    runs["begun"] += 1
    async with database.transaction() as tx:
        await tx.fetchval("SELECT pg_sleep(0.05)")
    runs[name] += 1


async def _run(
    database: Database, runs: Counter[str], stop: asyncio.Event, *, everywhere: bool = False, at_once: int = 4
) -> None:
    every = timedelta(hours=1)
    jobs = [(Job(f"job-{n}", every, partial(_count, f"job-{n}", database), everywhere), runs) for n in range(JOBS)]
    await run_jobs(jobs, database, "notification", stop, at_once)


async def test_more_jobs_than_connections_all_run_at_the_start(database: Database) -> None:
    """Two dozen jobs that each need a connection beside their lock: every one has run long before a pool wait ends."""
    runs, stop = Counter[str](), asyncio.Event()
    task = asyncio.create_task(_run(database, runs, stop))
    await wait_until(lambda: len(runs) == JOBS + 1, seconds=30, what="every job to have run")
    stop.set()
    await task
    assert runs["begun"] == JOBS


async def test_control_all_at_once_wait_for_each_others_connections(database: Database) -> None:
    """Negative control: with a slot for each job the locks take all connections and no job gets the one it asks for."""
    runs, stop = Counter[str](), asyncio.Event()
    task = asyncio.create_task(_run(database, runs, stop, at_once=JOBS))
    await wait_until(lambda: runs["begun"] >= 10, what="a lock on every connection")
    stop.set()
    await task
    assert len(runs) - 1 < JOBS


async def test_what_every_copy_does_for_itself_takes_no_lock(database: Database) -> None:
    """Two workers start at once: work that is `everywhere` runs in each of them."""
    runs, stop = Counter[str](), asyncio.Event()
    tasks = [asyncio.create_task(_run(database, runs, stop, everywhere=True)) for _ in range(2)]
    await wait_until(lambda: runs.total() == 4 * JOBS, seconds=30, what="each job run by each worker")
    stop.set()
    await asyncio.gather(*tasks)
