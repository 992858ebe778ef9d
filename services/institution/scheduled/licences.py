"""Scheduled work of the worker role: licences that run out (B15), replaced pictures (V57)."""

from datetime import timedelta
from typing import Final

from services.institution.dependencies import Dependencies
from services.institution.storage import licence_images
from services.institution.use_cases.institutions.tell_ending_licences import tell_ending_licences
from shared.process.definition import Job

_REPLACED_FOR: Final = timedelta(days=1)


async def tell_licences(deps: Dependencies) -> None:
    """A batch per transaction, until nobody is left to tell."""
    while True:
        async with deps.database.transaction() as tx:
            told = await tell_ending_licences(tx, deps.licence_notice, deps.clock.now())
        if told == 0:
            return


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
