"""Move opened exam years along by their dates (4.9); runs every minute in the worker."""

from datetime import datetime

from services.declaration.domain.cycle import state_by_date
from services.declaration.storage import cycles
from shared import audit
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction


async def advance_cycles(tx: Transaction, *, now: datetime) -> int:
    """How many cycles moved."""
    moved = 0
    for seen in await cycles.select_all(tx):
        if state_by_date(seen.state, seen.dates, now) is seen.state:
            continue
        cycle = await cycles.lock(tx, seen.id)
        target = state_by_date(cycle.state, cycle.dates, now)
        if target is cycle.state:
            continue
        await cycles.update(tx, cycle.id, target, cycle.dates)
        audit.record(
            tx,
            "cycle.advance",
            actor=SYSTEM,
            subject_kind="cycle",
            subject_id=cycle.id,
            at=now,
            before=cycle.state.value,
            after=target.value,
        )
        moved += 1
    return moved
