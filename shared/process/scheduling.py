"""Runs the scheduled work of a service. Any number of workers may try; a transaction-scoped advisory lock lets one
run each job at a time, and dies with its holder."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

import structlog

from shared.errors import TiroError
from shared.postgres.database import CONNECTION_ERRORS, Database
from shared.process.definition import Job
from shared.process.waiting import sleep_unless
from shared.telemetry.metrics import SCHEDULED_RUNS

log = structlog.get_logger()

_PASSING: tuple[type[Exception], ...] = (TiroError, *CONNECTION_ERRORS)
_TRY_LOCK = "SELECT pg_try_advisory_xact_lock($1::int, $2::int)"
_NO_IDLE_LIMIT = "SET LOCAL idle_in_transaction_session_timeout = 0"
_LOCK_SPACE = 0x6A6F6273  # "jobs"
_AT_ONCE = 4
"""A job holds one connection for its lock and asks for others: all jobs at once would wait for each other's."""


async def run_jobs(work: Sequence[tuple[Job, Any]], database: Database, service: str, stop: asyncio.Event) -> None:
    """Run every job, each with what it is given, at its pace until `stop`."""
    slots = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(_run_job(job, database, service, given, slots, stop) for job, given in work))


async def _run_job(
    job: Job, database: Database, service: str, deps: Any, slots: asyncio.Semaphore, stop: asyncio.Event
) -> None:
    digest = hashlib.sha256(f"{service}.{job.name}".encode()).digest()
    key = int.from_bytes(digest[:4], "big", signed=True)
    while not stop.is_set():
        try:
            async with slots:
                if job.everywhere:
                    await job.run(deps)
                else:
                    await _run_alone(job, database, key, deps)
            SCHEDULED_RUNS.labels(job.name, "done").inc()
        except _PASSING as error:
            SCHEDULED_RUNS.labels(job.name, "interrupted").inc()
            log.warning("job_interrupted", job=job.name, error=type(error).__name__)
        except Exception as error:
            SCHEDULED_RUNS.labels(job.name, "failed").inc()
            log.error("job_failed", job=job.name, exc_info=error)
        await sleep_unless(stop, job.every.total_seconds())


async def _run_alone(job: Job, database: Database, key: int, deps: Any) -> None:
    async with database.transaction() as guard:
        if await guard.fetchval(_TRY_LOCK, _LOCK_SPACE, key):
            await guard.execute(_NO_IDLE_LIMIT)
            await job.run(deps)
