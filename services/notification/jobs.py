"""Scheduled work of the worker role."""

from datetime import timedelta

from services.notification.dependencies import Dependencies
from services.notification.storage import done_deliveries
from shared.process.definition import Job

_BATCH = 2000


async def forget_phones(deps: Dependencies) -> None:
    """Phones and codes of deliveries that are done, a batch per transaction (V57)."""
    before = deps.clock.now() - timedelta(days=deps.settings.retention.phone_days)
    forgotten = _BATCH
    while forgotten == _BATCH:
        async with deps.database.transaction() as tx:
            forgotten = await done_deliveries.update_phones_forgotten(tx, before, _BATCH)


JOBS = (Job("forget-phones", timedelta(hours=1), forget_phones),)
