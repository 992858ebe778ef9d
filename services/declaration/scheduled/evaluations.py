"""What the clock does to evaluations, each unit in a transaction of its own (4.6, P12)."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.evaluating.lapse_provisionals import find_units_lapsing, lapse_provisionals
from services.declaration.use_cases.evaluating.mark_due import find_units_due, mark_due
from services.declaration.use_cases.evaluating.remind_full_years import find_units_missing, remind_full_years
from shared.process.definition import Job


async def mark(deps: Dependencies) -> None:
    """Units hear of what can be evaluated."""
    pace = deps.settings.evaluation_pace
    async with deps.database.read() as reader:
        units = await find_units_due(reader, pace, now=deps.clock.now())
    for unit in units:
        async with deps.database.transaction() as tx:
            await mark_due(tx, unit, pace, now=deps.clock.now())


async def remind(deps: Dependencies) -> None:
    """Fresh graduates and units hear of the full year that is missing."""
    async with deps.database.read() as reader:
        units = await find_units_missing(reader, deps.settings.evaluation_pace, now=deps.clock.now())
    for unit in units:
        async with deps.database.transaction() as tx:
            await remind_full_years(tx, unit, now=deps.clock.now())


async def lapse(deps: Dependencies) -> None:
    """What was not completed in time lapses."""
    async with deps.database.read() as reader:
        units = await find_units_lapsing(reader, now=deps.clock.now())
    for unit in units:
        async with deps.database.transaction() as tx:
            await lapse_provisionals(tx, unit, now=deps.clock.now())


JOBS: Final = (
    Job("mark-due-evaluations", timedelta(minutes=10), mark),
    Job("remind-full-years", timedelta(minutes=10), remind),
    Job("lapse-provisionals", timedelta(minutes=1), lapse),
)
