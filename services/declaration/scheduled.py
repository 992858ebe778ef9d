"""Scheduled work of the worker role; each run opens its own transactions."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.domain.waiting_reviews import ReviewPace, Step
from services.declaration.risk_jobs import RISK_JOBS
from services.declaration.scheduled_announcements import JOBS as ANNOUNCING
from services.declaration.use_cases.bulk_deciding.work_bulk_row import work_bulk_row
from services.declaration.use_cases.cycles.advance_cycles import advance_cycles
from services.declaration.use_cases.cycles.lapse_declarations import BATCH as LAPSED_AT_ONCE
from services.declaration.use_cases.cycles.lapse_declarations import lapse_declarations
from services.declaration.use_cases.filing.compare_filings import compare_filings
from services.declaration.use_cases.reviewing.release_claims import BATCH as RELEASED_AT_ONCE
from services.declaration.use_cases.reviewing.release_claims import release_claims
from services.declaration.use_cases.reviewing.tell_waiting_reviews import BATCH as TOLD_AT_ONCE
from services.declaration.use_cases.reviewing.tell_waiting_reviews import tell_waiting_reviews
from services.declaration.use_cases.rules.apply_due_rules import apply_due_rules
from services.declaration.use_cases.rules.follow_rules import BATCH as FOLLOWED_AT_ONCE
from services.declaration.use_cases.rules.follow_rules import follow_rules
from services.declaration.use_cases.rules.try_rules import TryingParts, try_rules
from shared.postgres.transaction import Transaction
from shared.process.definition import Job

_ROWS_AT_ONCE: Final = 600
"""Some seconds of work, so that a worker that is told to stop need not be cut off."""


async def advance(deps: Dependencies) -> None:
    """Exam years follow their dates."""
    async with deps.database.transaction() as tx:
        await advance_cycles(tx, now=deps.clock.now())


async def release(deps: Dependencies) -> None:
    """Timed-out claims go back to the queue."""
    await _batches(deps, lambda tx, now: release_claims(tx, now=now), RELEASED_AT_ONCE)


async def lapse(deps: Dependencies) -> None:
    """What was not filed lapses with its year."""
    await _batches(deps, lambda tx, now: lapse_declarations(tx, now=now), LAPSED_AT_ONCE)


async def tell_waiting(deps: Dependencies) -> None:
    """Units, exam bodies and candidates hear of reviews that wait (P6)."""
    for step in Step:
        await _batches(deps, partial(_tell, step, deps.settings.review_pace), TOLD_AT_ONCE)


async def apply_published_rules(deps: Dependencies) -> None:
    """Rules take effect at their moment, and drafts follow them."""
    await _batches(deps, lambda tx, now: apply_due_rules(tx, now=now), 1)
    await _batches(deps, lambda tx, now: follow_rules(tx, now=now), FOLLOWED_AT_ONCE)


async def try_drafted_rules(deps: Dependencies) -> None:
    """Dry runs of draft rules, a batch at a time."""
    parts = TryingParts(deps.keyring, deps.catalogues)
    await _batches(deps, lambda tx, now: try_rules(tx, parts, now=now), True)


async def work_bulks(deps: Dependencies) -> None:
    """Rows of decisions in bulk, each in a transaction of its own (A38)."""
    for _ in range(_ROWS_AT_ONCE):
        async with deps.database.transaction() as tx:
            worked = await work_bulk_row(tx, keyring=deps.keyring, catalogues=deps.catalogues, now=deps.clock.now())
        if not worked:
            return


async def compare_lists(deps: Dependencies) -> None:
    """Lists and declarations agree, or the exam body is shown where not (M11)."""
    async with deps.database.transaction() as tx:
        await compare_filings(tx, deps.clock.now())


async def _tell(step: Step, pace: ReviewPace, tx: Transaction, now: datetime) -> int:
    return await tell_waiting_reviews(tx, step, pace, now=now)


async def _batches(deps: Dependencies, run: Callable[[Transaction, datetime], Awaitable[int]], at_once: int) -> None:
    """Repeat until a batch is not full."""
    done = at_once
    while done == at_once:
        async with deps.database.transaction() as tx:
            done = await run(tx, deps.clock.now())


JOBS: Final = (
    Job("advance-cycles", timedelta(seconds=30), advance),
    Job("release-claims", timedelta(seconds=30), release),
    Job("work-bulk-decisions", timedelta(seconds=2), work_bulks),
    Job("tell-waiting-reviews", timedelta(minutes=10), tell_waiting),
    Job("lapse-declarations", timedelta(hours=1), lapse),
    *ANNOUNCING,
    Job("apply-rules", timedelta(seconds=5), apply_published_rules),
    Job("try-rules", timedelta(seconds=5), try_drafted_rules),
    *RISK_JOBS,
)

RECONCILERS: Final = (compare_lists,)
