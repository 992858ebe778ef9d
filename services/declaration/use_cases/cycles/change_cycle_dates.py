"""Change the dates of an exam year: deadlines move at short notice (P16)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import Cycle, CycleDates, require_changeable, state_by_date
from services.declaration.domain.site_cycle_errors import SiteWindowEmpty
from services.declaration.storage import cycles, site_cycles
from services.declaration.storage.announcements import Order
from services.declaration.use_cases.announcing.order_announcement import order_announcement
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class WantedDates:
    """What the zone wants: dates, without those of national registration where they stay, and the longest leave that
    counts, in days, where it changes."""

    dates: CycleDates
    leave_days: int | None = None

    def over(self, before: CycleDates) -> CycleDates:
        """The dates as they will be."""
        if self.dates.registration_opens_at is not None or self.dates.registration_closes_at is not None:
            return self.dates
        return replace(
            self.dates,
            registration_opens_at=before.registration_opens_at,
            registration_closes_at=before.registration_closes_at,
        )


async def change_cycle_dates(
    tx: Transaction, cycle_id: UUID, wanted: WantedDates, *, expected_version: int, actor: Actor, now: datetime
) -> tuple[Cycle, UUID | None]:
    """The cycle, in the state its new dates give it, and the announcement of what moved. Raises NotFound,
    StaleVersion, CycleFinished, CycleDatesDisordered, SiteWindowEmpty."""
    wanted.dates.check()
    cycle = await cycles.lock(tx, cycle_id, expected_version)
    require_changeable(cycle)
    dates = wanted.over(cycle.dates)
    dates.check()
    if sites := await site_cycles.count_closed_by(tx, cycle.id, dates.declaration_opens_at):
        raise SiteWindowEmpty(sites=sites)
    state = state_by_date(cycle.state, dates, now)
    result = await cycles.update(tx, cycle.id, state, dates, wanted.leave_days)
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
        leave_days=result.leave_days,
    )
    order = Order(cycle.id, None, result.version, cycle.dates, result.dates)
    announcement_id = await order_announcement(tx, cycle, order, actor=actor, now=now)
    return result, announcement_id
