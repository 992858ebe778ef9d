"""Forecasts of what will be filed, once a day (B8)."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.scheduled.batches import run_batches
from services.declaration.use_cases.forecasting.make_forecasts import BATCH, make_forecasts
from shared.process.definition import Job


async def make(deps: Dependencies) -> None:
    """For every body that has none of today."""
    await run_batches(deps, lambda tx, now: make_forecasts(tx, now=now), BATCH)


JOBS: Final = (Job("make-forecasts", timedelta(minutes=10), make),)
