"""Claims that timed out, reviews that wait, decisions in bulk (P6, A38)."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.domain.waiting_reviews import Step
from services.declaration.scheduled.batches import run_batches
from services.declaration.use_cases.bulk_deciding.work_bulk_row import work_bulk_row
from services.declaration.use_cases.reviewing.release_claims import BATCH as RELEASED_AT_ONCE
from services.declaration.use_cases.reviewing.release_claims import release_claims
from services.declaration.use_cases.reviewing.tell_waiting_reviews import find_waiting_units, tell_waiting_reviews
from shared.process.definition import Job

_ROWS_AT_ONCE: Final = 600
"""Some seconds of work, so that a worker that is told to stop need not be cut off."""


async def release(deps: Dependencies) -> None:
    """Timed-out claims go back to the queue."""
    await run_batches(deps, lambda tx, now: release_claims(tx, now=now), RELEASED_AT_ONCE)


async def tell_waiting(deps: Dependencies) -> None:
    """Units, exam bodies and candidates hear of reviews that wait, each unit in a transaction of its own (P6)."""
    for step in Step:
        async with deps.database.read() as reader:
            units = await find_waiting_units(reader, step, deps.settings.review_pace, now=deps.clock.now())
        for unit in units:
            async with deps.database.transaction() as tx:
                await tell_waiting_reviews(tx, step, unit, now=deps.clock.now())


async def work_bulks(deps: Dependencies) -> None:
    """Rows of decisions in bulk, each in a transaction of its own (A38)."""
    for _ in range(_ROWS_AT_ONCE):
        async with deps.database.transaction() as tx:
            worked = await work_bulk_row(tx, keyring=deps.keyring, catalogues=deps.catalogues, now=deps.clock.now())
        if not worked:
            return


JOBS: Final = (
    Job("release-claims", timedelta(seconds=30), release),
    Job("work-bulk-decisions", timedelta(seconds=2), work_bulks),
    Job("tell-waiting-reviews", timedelta(minutes=10), tell_waiting),
)
