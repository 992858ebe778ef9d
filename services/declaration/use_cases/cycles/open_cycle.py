"""Open an exam year for declarations; opening early moves its first date (4.9)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import Cycle, CycleState, opened
from services.declaration.storage import cycles
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def open_cycle(tx: Transaction, cycle_id: UUID, *, actor: Actor, now: datetime) -> Cycle:
    """The opened cycle. Raises NotFound, CycleNotPlanned, CycleDatesDisordered when its window is over already."""
    cycle = await cycles.lock(tx, cycle_id)
    dates = opened(cycle, now)
    dates.check()
    result = await cycles.update(tx, cycle.id, CycleState.DECLARATION_OPEN, dates)
    audit.record(
        tx,
        "cycle.open",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        before=cycle.state.value,
        after=result.state.value,
    )
    return result
