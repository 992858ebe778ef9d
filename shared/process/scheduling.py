"""Runs the scheduled work of a service. Any number of workers may try; a transaction-scoped advisory lock lets one
run each job at a time, and dies with its holder."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

from shared.errors import TiroError
from shared.postgres.database import OUTAGE_ERRORS, Database
from shared.process.definition import Job
from shared.process.waiting import sleep_unless
from shared.telemetry.metrics import SCHEDULED_RUNS

log = structlog.get_logger()

_PASSING: tuple[type[Exception], ...] = (TiroError, *OUTAGE_ERRORS)
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock($1::int, $2::int)"
_NO_IDLE_LIMIT = "SET LOCAL idle_in_transaction_session_timeout = 0"
_LOCK_SPACE = 0x6A6F6273  # "jobs"
_AT_ONCE = 4
"""A job holds one connection for its lock while it asks for others: when all jobs of a starting worker had one each,
none was left to work with, and the rare ones were put off for hours."""


async def run_jobs(
    work: Sequence[tuple[Job, Any]], database: Database, service: str, stop: asyncio.Event, at_once: int = _AT_ONCE
) -> None:
    """Run every job, each with what it is given, at its pace until `stop`, `at_once` of them at the same moment."""
    slots = asyncio.Semaphore(at_once)
    await asyncio.gather(*(_run_job(job, database, service, given, slots, stop) for job, given in work))


@asynccontextmanager
async def alone(database: Database, service: str, job: str) -> AsyncIterator[bool]:
    """Whether this process is the one that may run `job` for the length of the block."""
    digest = hashlib.sha256(f"{service}.{job}".encode()).digest()
    key = int.from_bytes(digest[:4], "big", signed=True)
    async with database.transaction() as guard:
        may = bool(await guard.fetchval(_TRY_LOCK, _LOCK_SPACE, key))
        if may:
            await guard.execute(_NO_IDLE_LIMIT)
        yield may


async def _run_job(
    job: Job, database: Database, service: str, given: Any, slots: asyncio.Semaphore, stop: asyncio.Event
) -> None:
    while not stop.is_set():
        try:
            async with slots:
                if job.everywhere:
                    await job.run(given)
                else:
                    await _run_alone(job, database, service, given)
            SCHEDULED_RUNS.labels(job.name, "done").inc()
        except _PASSING as error:
            SCHEDULED_RUNS.labels(job.name, "interrupted").inc()
            log.warning("job_interrupted", job=job.name, error=type(error).__name__)
        except Exception as error:
            SCHEDULED_RUNS.labels(job.name, "failed").inc()
            log.error("job_failed", job=job.name, exc_info=error)
        await sleep_unless(stop, job.every.total_seconds())


async def _run_alone(job: Job, database: Database, service: str, given: Any) -> None:
    async with alone(database, service, job.name) as may:
        if may:
            await job.run(given)
