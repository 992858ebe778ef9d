"""Moved dates are told in batches, each in its own transaction (P16)."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.use_cases.cycles.announce_dates import announce_dates
from shared.failpoints import failpoint
from shared.process.definition import Job

_BATCHES: Final = 200
"""In one run, some seconds of work, so that a worker that is told to stop need not be cut off."""


async def announce(deps: Dependencies) -> None:
    """Everybody whom a change concerns, the oldest change first."""
    for _ in range(_BATCHES):
        async with deps.database.transaction() as tx:
            if not await announce_dates(tx, now=deps.clock.now()):
                return
        failpoint("announcement.after_batch")


JOBS: Final = (Job("announce-dates", timedelta(seconds=2), announce),)
