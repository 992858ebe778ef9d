"""Scheduled work that looks for signals of nominal affiliation; any number of workers share it, batch by batch."""

import asyncio
import time
from datetime import timedelta
from typing import Final

import structlog

from services.declaration.dependencies import Dependencies
from services.declaration.storage import risk_devices, risk_tasks
from services.declaration.use_cases.risk.advance_trial import advance_trial
from services.declaration.use_cases.risk.ask_for_everything import ask_for_everything
from services.declaration.use_cases.risk.examine_subjects import BATCH, examine_subjects
from shared.postgres.database import TRANSIENT_ERRORS, DatabaseUnavailable
from shared.process.definition import Job
from shared.security.sealing import SealBroken

_LATER: Final = timedelta(hours=1)
_MOST_IN_A_RUN: Final = 1_000
"""Thirty a second and worker: ten times an ordinary last day. In a storm signals wait, people do not."""
_RESTS: Final = 2
"""Times as long as a batch took: in bursts the work of half a minute would stand in the way of relay and database."""
_MOST_OF_TRIALS: Final = 20
"""Batches in a run: the next run goes on where this one stopped."""
_FAILURES: Final[tuple[type[Exception], ...]] = (SealBroken, DatabaseUnavailable, *TRANSIENT_ERRORS)
"""What one subject may do to its batch: it does not open, or its statements take so long that they are given up."""
log = structlog.get_logger()


async def examine(deps: Dependencies) -> None:
    """What moved since, and whatever else waits."""
    async with deps.database.transaction() as tx:
        await risk_tasks.insert_moved(tx, deps.clock.now())
    limit, looked_at = BATCH, 0
    while looked_at < _MOST_IN_A_RUN:
        done, began = 0, time.monotonic()
        try:
            async with deps.database.transaction() as tx:
                done = await examine_subjects(tx, keyring=deps.keyring, now=deps.clock.now(), limit=limit)
            if not done:
                return
        except _FAILURES as error:
            # One by one until it is found, then the others go on without it. While the database is away, putting off
            # fails as well, and the run with it.
            if limit == 1:
                await _postpone(deps, error)
            limit = 1
        looked_at += max(done, 1)
        if done == limit:
            await asyncio.sleep(_RESTS * (time.monotonic() - began))


async def _postpone(deps: Dependencies, error: Exception) -> None:
    async with deps.database.transaction() as tx:
        task = await risk_tasks.update_postponed(tx, deps.clock.now(), _LATER)
    if task is not None:
        log.error("risk_subject_put_off", kind=task.kind, subject_id=str(task.subject_id), error=type(error).__name__)


async def count_trials(deps: Dependencies) -> None:
    """Thresholds on trial are counted, so many batches in a run."""
    for _ in range(_MOST_OF_TRIALS):
        async with deps.database.transaction() as tx:
            if not await advance_trial(tx, keyring=deps.keyring, now=deps.clock.now()):
                return


async def ask(deps: Dependencies) -> None:
    """Everything is looked at anew when thresholds were set, and once a day: days pass, and opinions are written beside
    the declaration."""
    async with deps.database.transaction() as tx:
        await ask_for_everything(tx, now=deps.clock.now())


async def forget_devices(deps: Dependencies) -> None:
    """Devices and addresses of exam years that are over (F7), and closings that nothing can follow any more."""
    messages = timedelta(days=deps.settings.messages.inbox_days)
    async with deps.database.transaction() as tx:
        await risk_devices.delete_old(tx, deps.clock.now(), messages)


JOBS: Final = (
    Job("examine-risks", timedelta(seconds=30), examine, everywhere=True),
    Job("count-risk-trials", timedelta(seconds=30), count_trials, everywhere=True),
    Job("ask-for-risks", timedelta(minutes=1), ask),
    Job("forget-devices", timedelta(hours=6), forget_devices),
)
