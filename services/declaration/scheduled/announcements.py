"""Moved dates are told slice by slice, by every worker, at a pace that leaves room for what else has to go (P16)."""

from datetime import timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.domain.announcement import SLICE
from services.declaration.storage import announcement_slices, announcements
from services.declaration.use_cases.announcing.plan_announcement import plan_announcement
from services.declaration.use_cases.announcing.tell_slice import tell_slice
from shared.failpoints import failpoint
from shared.process.definition import Job
from shared.telemetry.metrics import ANNOUNCED, ANNOUNCEMENTS_WAITING

_EVERY: Final = timedelta(seconds=2)
_SLICES: Final = 200
"""In one run, some seconds of work, so that a worker that is told to stop need not be cut off."""


async def announce(deps: Dependencies) -> None:
    """What the pace allows of every change that is on its way, the oldest change first."""
    for _ in range(_SLICES):
        async with deps.database.transaction() as tx:
            if not await plan_announcement(tx, now=deps.clock.now()):
                break
    for _ in range(_SLICES):
        if not await _tell(deps):
            break
    async with deps.database.transaction() as tx:
        await announcements.update_finished(tx, deps.clock.now())
        ANNOUNCEMENTS_WAITING.set(await announcement_slices.count_open(tx))


async def _tell(deps: Dependencies) -> bool:
    each = timedelta(seconds=SLICE / deps.settings.announce_per_second)
    # In a commit of its own: the row of the pace is held by nobody while a slice is told.
    async with deps.database.transaction() as tx:
        if not await announcement_slices.update_pace(tx, deps.clock.now(), _EVERY, each):
            return False
    async with deps.database.transaction() as tx:
        result = await tell_slice(tx, now=deps.clock.now())
    if result is None:
        return False
    ANNOUNCED.labels("told").inc(result.told)
    ANNOUNCED.labels("unchanged").inc(result.done - result.told)
    failpoint("announcement.after_batch")
    return True


JOBS: Final = (Job("announce-dates", _EVERY, announce, everywhere=True),)
"""Scheduled work of the worker role, in every copy; each run opens its own transactions."""
