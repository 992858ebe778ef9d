"""Count whom an announcement concerns and cut them into slices, so that any number of workers can share them (P16)."""

from datetime import datetime

from services.declaration.domain.announcement import SLICE, Slice, Stage, sliced
from services.declaration.storage import announcement_recipients, announcement_slices, announcements
from shared.postgres.transaction import Transaction


async def plan_announcement(tx: Transaction, *, now: datetime) -> bool:
    """Whether there was one to plan. One that a process of the last release began goes on where that one stopped."""
    if (order := await announcements.lock_unplanned(tx)) is None:
        return False
    slices: list[Slice] = []
    stages = list(Stage)
    first = len(stages) if order.stage is None else stages.index(order.stage)
    for number, stage in enumerate(stages):
        if number < first or (number == first and order.told_up_to is not None):
            border = None if number < first else order.told_up_to
            await announcement_slices.insert_told(tx, order.id, number + 1, stage, border, order.made_at)
        if number >= first:
            begin = order.told_up_to if number == first else None
            counted = await announcement_recipients.count_slices(tx, order, stage, begin, SLICE)
            slices += sliced(order.id, stage, begin, counted, len(stages) + len(slices) + 1)
    await announcement_slices.insert(tx, slices)
    total = order.done + sum(one.people for one in slices)
    await announcements.update_planned(tx, order.id, total, now)
    return True
