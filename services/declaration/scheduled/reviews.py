"""Claims that timed out, reviews that wait, decisions in bulk (P6, A38)."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.domain.waiting_reviews import ReviewPace, Step
from services.declaration.scheduled.batches import run_batches
from services.declaration.use_cases.bulk_deciding.work_bulk_row import work_bulk_row
from services.declaration.use_cases.reviewing.release_claims import BATCH as RELEASED_AT_ONCE
from services.declaration.use_cases.reviewing.release_claims import release_claims
from services.declaration.use_cases.reviewing.tell_waiting_reviews import BATCH as TOLD_AT_ONCE
from services.declaration.use_cases.reviewing.tell_waiting_reviews import tell_waiting_reviews
from shared.postgres.transaction import Transaction
from shared.process.definition import Job

_ROWS_AT_ONCE: Final = 600
"""Some seconds of work, so that a worker that is told to stop need not be cut off."""


async def release(deps: Dependencies) -> None:
    """Timed-out claims go back to the queue."""
    await run_batches(deps, lambda tx, now: release_claims(tx, now=now), RELEASED_AT_ONCE)


async def tell_waiting(deps: Dependencies) -> None:
    """Units, exam bodies and candidates hear of reviews that wait (P6)."""
    for step in Step:
        await run_batches(deps, partial(_tell, step, deps.settings.review_pace), TOLD_AT_ONCE)


async def work_bulks(deps: Dependencies) -> None:
    """Rows of decisions in bulk, each in a transaction of its own (A38)."""
    for _ in range(_ROWS_AT_ONCE):
        async with deps.database.transaction() as tx:
            worked = await work_bulk_row(tx, keyring=deps.keyring, catalogues=deps.catalogues, now=deps.clock.now())
        if not worked:
            return


async def _tell(step: Step, pace: ReviewPace, tx: Transaction, now: datetime) -> int:
    return await tell_waiting_reviews(tx, step, pace, now=now)


JOBS: Final = (
    Job("release-claims", timedelta(seconds=30), release),
    Job("work-bulk-decisions", timedelta(seconds=2), work_bulks),
    Job("tell-waiting-reviews", timedelta(minutes=10), tell_waiting),
)
