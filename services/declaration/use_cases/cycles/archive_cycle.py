"""Put a closed exam year away: nothing of it moves any more (4.9)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import Cycle, archived
from services.declaration.storage import cycles
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def archive_cycle(tx: Transaction, cycle_id: UUID, *, actor: Actor, now: datetime) -> Cycle:
    """The archived cycle. Raises NotFound, CycleNotClosed."""
    cycle = await cycles.lock(tx, cycle_id)
    result = await cycles.update(tx, cycle.id, archived(cycle), cycle.dates)
    audit.record(
        tx,
        "cycle.archive",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        before=cycle.state.value,
        after=result.state.value,
    )
    return result
