"""Work that is done a batch at a time, each batch in its own transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from services.declaration.dependencies import Dependencies
from shared.postgres.transaction import Transaction


async def run_batches(deps: Dependencies, run: Callable[[Transaction, datetime], Awaitable[int]], at_once: int) -> None:
    """Repeat until a batch is not full."""
    done = at_once
    while done == at_once:
        async with deps.database.transaction() as tx:
            done = await run(tx, deps.clock.now())
