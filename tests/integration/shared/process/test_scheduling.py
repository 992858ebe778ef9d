"""Scheduled work: many jobs, few connections."""

import asyncio
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from shared.postgres.database import Database
from shared.process.definition import Job
from shared.process.scheduling import run_jobs
from tests.support.engines import Engines
from tests.support.waiting import wait_until

JOBS, CONNECTIONS = 12, 4


def runs(jobs: list[Job], result: str) -> float:
    """How many of these jobs ended so."""
    name = "tiro_scheduled_runs_total"
    return sum(REGISTRY.get_sample_value(name, {"job": job.name, "result": result}) or 0 for job in jobs)


@pytest.mark.requirement("V63")
@pytest.mark.parametrize("at_once", [3, JOBS], ids=["in turns", "control: all at once"])
async def test_jobs_that_start_together_do_not_starve_each_other(engines: Engines, at_once: int) -> None:
    """A starting worker begins all of its jobs, and each needs a connection beside that of its lock: in turns every one
    is done; all at the same moment they hold each other up until they give up."""

    async def work(database: Database) -> None:
        async with database.transaction() as tx:
            await tx.fetchval("SELECT 1")

    stop = asyncio.Event()
    async with engines.database("notification") as name:
        settings = engines.settings("notification", name).postgres
        database = await Database.connect(settings.model_copy(update={"pool_size": CONNECTIONS}), "test.jobs")
        jobs = [Job(f"job-{number}-of-{at_once}", timedelta(hours=6), work) for number in range(JOBS)]
        running = asyncio.create_task(run_jobs(jobs, database, "test", database, stop, at_once))
        await wait_until(lambda: runs(jobs, "done") + runs(jobs, "interrupted") == JOBS, seconds=60, what="all ended")
        stop.set()
        await running
        await database.close()
    assert (runs(jobs, "interrupted") == 0) == (at_once < CONNECTIONS)
