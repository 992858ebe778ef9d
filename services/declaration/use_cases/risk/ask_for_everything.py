"""Once a day, and when thresholds were set: everything of the years that are not over is to be looked at."""

from datetime import datetime, timedelta
from typing import Final

from services.declaration.domain.cycle import FINISHED
from services.declaration.storage import cycles, risk_tasks
from shared.postgres.transaction import Transaction

_EVERY: Final = timedelta(days=1)


async def ask_for_everything(tx: Transaction, *, now: datetime) -> int:
    """How many subjects were asked for; 0 when that was done today with these thresholds, however often asked."""
    if not await risk_tasks.update_sweep(tx, now, _EVERY):
        return 0
    asked = 0
    for cycle in await cycles.select_all(tx):
        if cycle.state not in FINISHED:
            asked += await risk_tasks.insert_of_cycle(tx, cycle.id, now)
    return asked
