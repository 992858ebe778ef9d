"""Set what holds for the units of an exam site in an exam year: earlier dates, and how strictly it is reviewed
(4.9, P10)."""

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import Cycle, SiteDates, require_changeable
from services.declaration.domain.site_cycle import SiteCycle, SiteRigour, check_site_dates
from services.declaration.storage import cycles, site_cycles
from services.declaration.storage.announcements import Order
from services.declaration.use_cases.announcing.order_announcement import order_announcement
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def set_site_cycle(
    tx: Transaction,
    cycle_id: UUID,
    exam_body_id: UUID,
    dates: SiteDates,
    rigour: SiteRigour,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> tuple[Cycle, SiteCycle]:
    """The cycle, and what the site has set now. Raises NotFound outside the actor's jurisdiction, StaleVersion,
    CycleFinished, SiteDatesRefused."""
    cycle = await cycles.lock(tx, cycle_id)
    before = await site_cycles.select_in_scope(tx, cycle.id, exam_body_id, actor.scope_id, expected_version)
    require_changeable(cycle)
    check_site_dates(dates, before.dates, cycle.dates, now)
    version = await site_cycles.upsert(tx, cycle.id, exam_body_id, dates, rigour, now)
    audit.record(
        tx,
        "cycle.set_site",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        exam_body_id=str(exam_body_id),
        **asdict(rigour),
        **{name: moment.isoformat() for name, moment in _moments(dates).items() if moment is not None},
    )
    held_before, held_after = before.dates.over(cycle.dates), dates.over(cycle.dates)
    order = Order(cycle.id, exam_body_id, version, held_before, held_after, before.dates, dates)
    await order_announcement(tx, cycle, order, actor=actor, now=now)
    return cycle, replace(before, version=version, dates=dates, rigour=rigour)


def _moments(dates: SiteDates) -> dict[str, datetime | None]:
    return {
        "declaration_closes_at": dates.declaration_closes_at,
        "review_deadline": dates.review_deadline,
        "filing_deadline": dates.filing_deadline,
    }
