"""Scheduled work of the worker role; each run opens its own transactions."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.cycles.advance_cycles import advance_cycles
from services.declaration.use_cases.cycles.lapse_declarations import BATCH as LAPSED_AT_ONCE
from services.declaration.use_cases.cycles.lapse_declarations import lapse_declarations
from services.declaration.use_cases.filing.compare_filings import compare_filings
from services.declaration.use_cases.reviewing.release_claims import BATCH as RELEASED_AT_ONCE
from services.declaration.use_cases.reviewing.release_claims import release_claims
from services.declaration.use_cases.uploading.expire_uploads import BATCH as EXPIRED_AT_ONCE
from services.declaration.use_cases.uploading.expire_uploads import expire_uploads
from shared.postgres.transaction import Transaction
from shared.process.definition import Job


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


async def expire(deps: Dependencies) -> None:
    """Parts of uploads that nobody finished in time go."""
    await _batches(deps, lambda tx, now: expire_uploads(tx, bucket=deps.bucket, now=now), EXPIRED_AT_ONCE)


async def compare_lists(deps: Dependencies) -> None:
    """Lists and declarations agree, or the exam body is shown where not (M11)."""
    async with deps.database.transaction() as tx:
        await compare_filings(tx, deps.clock.now())


async def _batches(deps: Dependencies, run: Callable[[Transaction, datetime], Awaitable[int]], at_once: int) -> None:
    """Repeat until a batch is not full."""
    done = at_once
    while done == at_once:
        async with deps.database.transaction() as tx:
            done = await run(tx, deps.clock.now())


JOBS: Final = (
    Job("advance-cycles", timedelta(seconds=30), advance),
    Job("release-claims", timedelta(seconds=30), release),
    Job("lapse-declarations", timedelta(hours=1), lapse),
    Job("expire-uploads", timedelta(minutes=10), expire),
)

RECONCILERS: Final = (compare_lists,)
