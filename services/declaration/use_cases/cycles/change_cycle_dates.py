"""Change the dates of an exam year: deadlines move at short notice (P16)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import Cycle, CycleDates, require_changeable, state_by_date
from services.declaration.storage import cycles
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def change_cycle_dates(
    tx: Transaction, cycle_id: UUID, dates: CycleDates, *, expected_version: int, actor: Actor, now: datetime
) -> Cycle:
    """The cycle, in the state its new dates give it. Raises NotFound, StaleVersion, CycleFinished,
    CycleDatesDisordered."""
    dates.check()
    cycle = await cycles.lock(tx, cycle_id, expected_version)
    require_changeable(cycle)
    result = await cycles.update(tx, cycle.id, state_by_date(cycle.state, dates, now), dates)
    audit.record(
        tx,
        "cycle.change_dates",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        before=cycle.state.value,
        after=result.state.value,
        declaration_closes_at=dates.declaration_closes_at.isoformat(),
        review_deadline=dates.review_deadline.isoformat(),
        filing_deadline=dates.filing_deadline.isoformat(),
    )
    return result
