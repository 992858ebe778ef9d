"""Order that moved dates are told (P16).

Until the change commits nothing more is told in its year: who tells a slice meanwhile is waited for, and whoever is
told afterwards hears the new dates. Changes of a year are in the order of their ids, which is that in which they had
the lock of the year, whatever the clocks of their processes say. What is left of an earlier change of the same dates is
not told any more."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.announcement import Announcement
from services.declaration.domain.cycle import Cycle, CycleState
from services.declaration.storage import announcement_slices, announcements
from services.declaration.storage.announcements import Order
from shared import audit
from shared.actor import Actor
from shared.ids import id_after
from shared.postgres.transaction import Transaction


async def order_announcement(
    tx: Transaction, cycle: Cycle, order: Order, *, actor: Actor, now: datetime
) -> UUID | None:
    """The id under which the change of a locked year is told; None where no date moved, or the year was not opened yet.
    A change of a site's that the zone's dates hide is kept for later ones to be compared with, and tells nobody."""
    unmoved = order.before == order.after
    if cycle.state is CycleState.PLANNED or (unmoved and order.site_before == order.site_after):
        return None
    open_ones = await announcements.lock_open(tx, cycle.id)
    await announcement_slices.lock_open(tx, [one.id for one in open_ones])
    announcement_id = id_after(await announcements.select_newest_id(tx, cycle.id))
    await announcements.insert(tx, announcement_id, order, actor.id, now, hidden=unmoved)
    if unmoved:
        return None
    for one in open_ones:
        if one.exam_body_id == order.exam_body_id:
            await _supersede(tx, one, announcement_id, actor, now)
    return announcement_id


async def _supersede(tx: Transaction, one: Announcement, by: UUID, actor: Actor, now: datetime) -> None:
    await announcement_slices.update_untold(tx, one.id, "dropped")
    await announcements.update_superseded(tx, one.id, by, now)
    audit.record(
        tx,
        "announcement.supersede",
        actor=actor,
        subject_kind="announcement",
        subject_id=one.id,
        at=now,
        before=one.state.value,
        after="superseded",
        by=str(by),
    )
