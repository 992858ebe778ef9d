"""Move opened exam years along by their dates (4.9); runs every minute in the worker."""

from datetime import datetime

from services.declaration.domain.cycle import Cycle, CycleState, state_by_date, steps_between
from services.declaration.storage import cycles
from shared import audit
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction


async def advance_cycles(tx: Transaction, *, now: datetime) -> int:
    """How many cycles moved. A worker that rested records every step it makes up for."""
    moved = 0
    for seen in await cycles.select_all(tx):
        if state_by_date(seen.state, seen.dates, now) is seen.state:
            continue
        cycle = await cycles.lock(tx, seen.id)
        target = state_by_date(cycle.state, cycle.dates, now)
        if target is cycle.state:
            continue
        await cycles.update(tx, cycle.id, target, cycle.dates)
        _record(tx, cycle, target, now)
        moved += 1
    return moved


def _record(tx: Transaction, cycle: Cycle, target: CycleState, now: datetime) -> None:
    before = cycle.state
    for step in steps_between(before, target):
        audit.record(
            tx,
            "cycle.advance",
            actor=SYSTEM,
            subject_kind="cycle",
            subject_id=cycle.id,
            at=now,
            before=before.value,
            after=step.value,
        )
        before = step
