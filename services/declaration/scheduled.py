"""Scheduled work of the worker role; each run opens its own transactions."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.storage import orphan_objects
from services.declaration.storage.documents import PREFIX
from services.declaration.use_cases.cycles.advance_cycles import advance_cycles
from services.declaration.use_cases.cycles.lapse_declarations import BATCH as LAPSED_AT_ONCE
from services.declaration.use_cases.cycles.lapse_declarations import lapse_declarations
from services.declaration.use_cases.reviewing.release_claims import BATCH as RELEASED_AT_ONCE
from services.declaration.use_cases.reviewing.release_claims import release_claims
from shared.postgres.transaction import Transaction
from shared.process.definition import Job

_KEYS_AT_ONCE: Final = 1000
# Far longer than any upload takes from its object to its row.
_GRACE: Final = timedelta(days=1)


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


async def sweep(deps: Dependencies) -> None:
    """Objects without a row are deleted a day after they were first seen (M11)."""
    now = deps.clock.now()
    keys = await deps.bucket.list_keys(f"{PREFIX}/")
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        async with deps.database.transaction() as tx:
            await orphan_objects.insert(tx, keys[start : start + _KEYS_AT_ONCE], now)
    async with deps.database.transaction() as tx:
        await orphan_objects.delete_adopted(tx)
        old = await orphan_objects.select_old(tx, now - _GRACE, _KEYS_AT_ONCE)
    for key in old:
        await deps.bucket.delete(key)
        async with deps.database.transaction() as tx:
            await orphan_objects.delete(tx, key)


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
    Job("sweep-objects", timedelta(hours=6), sweep),
)
