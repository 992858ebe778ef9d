"""Scheduled work of the worker role; each run opens its own transactions."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.cycles.advance_cycles import advance_cycles
from services.declaration.use_cases.reviewing.release_claims import BATCH, release_claims
from shared.process.definition import Job


async def advance(deps: Dependencies) -> None:
    """Exam years follow their dates."""
    async with deps.database.transaction() as tx:
        await advance_cycles(tx, now=deps.clock.now())


async def release(deps: Dependencies) -> None:
    """Timed-out claims go back to the queue, batch by batch."""
    released = BATCH
    while released == BATCH:
        async with deps.database.transaction() as tx:
            released = await release_claims(tx, now=deps.clock.now())


JOBS: Final = (
    Job("advance-cycles", timedelta(seconds=30), advance),
    Job("release-claims", timedelta(seconds=30), release),
)
