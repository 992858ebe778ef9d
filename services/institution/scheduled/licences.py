"""Scheduled work of the worker role: licences that run out (B15), replaced pictures (V57)."""

from datetime import timedelta
from typing import Final

from services.institution.dependencies import Dependencies
from services.institution.storage import ending_licences, licence_images
from services.institution.use_cases.institutions.tell_ending_licences import tell_ending_licences
from shared.process.definition import Job
from shared.reminding.running import Kind, remind

_REPLACED_FOR: Final = timedelta(days=1)
_ENDED: Final = -1
"""Told on the first day after the last one, or as soon as anybody runs after it."""


async def tell_licences(deps: Dependencies) -> None:
    """Once before the last day, once after it."""
    steps = (deps.licence_notice.days, _ENDED)
    kind = Kind(ending_licences.KIND, steps, ending_licences.lock_due, tell_ending_licences)
    await remind(deps.database, deps.clock, kind)


async def remove_replaced_licences(deps: Dependencies) -> None:
    """Objects first, rows after: a crash between the two is finished by the next run."""
    async with deps.database.read() as reader:
        keys = await licence_images.select_replaced_keys(reader, deps.clock.now() - _REPLACED_FOR)
    for key in keys:
        await deps.bucket.delete(key)
    if keys:
        async with deps.database.transaction() as tx:
            await licence_images.delete_by_keys(tx, keys)


JOBS = (
    Job("tell-licences", timedelta(hours=1), tell_licences),
    Job("remove-replaced-licences", timedelta(hours=1), remove_replaced_licences),
)
