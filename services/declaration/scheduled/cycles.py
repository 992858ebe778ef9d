"""Exam years follow their dates, and what was not filed lapses with its year (4.9)."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.scheduled.batches import run_batches
from services.declaration.use_cases.cycles.advance_cycles import advance_cycles
from services.declaration.use_cases.cycles.lapse_declarations import BATCH as LAPSED_AT_ONCE
from services.declaration.use_cases.cycles.lapse_declarations import lapse_declarations
from shared.process.definition import Job


async def advance(deps: Dependencies) -> None:
    """Exam years follow their dates."""
    async with deps.database.transaction() as tx:
        await advance_cycles(tx, now=deps.clock.now())


async def lapse(deps: Dependencies) -> None:
    """What was not filed lapses with its year."""
    await run_batches(deps, lambda tx, now: lapse_declarations(tx, now=now), LAPSED_AT_ONCE)


JOBS: Final = (
    Job("advance-cycles", timedelta(seconds=30), advance),
    Job("lapse-declarations", timedelta(hours=1), lapse),
)
