"""Workers that commit what they tell in one commit and that it was told in the next, as none of ours does: what the
checks of killed workers have to find."""

from typing import Any

from services.declaration.dependencies import Dependencies
from services.declaration.scheduled import announcements as announcing
from services.declaration.scheduled import drafts
from services.declaration.storage import announcement_slices
from services.declaration.use_cases.announcing.tell_slice import tell_slice
from shared.clock import Clock
from shared.failpoints import failpoint
from shared.postgres.database import Database
from shared.postgres.transaction import Transaction
from shared.reminding import reminders
from shared.reminding.running import Kind, One
from shared.reminding.steps import spans_of

BETWEEN = "apart.between"
"""The failpoint between the two commits."""


def come_apart() -> None:
    """From now on, reminders of drafts and announcements of this process do so."""
    drafts.__dict__["remind"] = _remind
    announcing.__dict__["_tell"] = _tell


async def _remind(database: Database, clock: Clock, kind: Kind[One], batch: int) -> None:
    for span in spans_of(kind.steps, clock.now()):
        async with database.transaction() as tx:
            if due := await kind.lock(tx, span, None, batch):
                await kind.tell(tx, span, due, clock.now())
        if due:
            failpoint(BETWEEN)
        async with database.transaction() as tx:
            await reminders.insert(tx, kind.name, span.step, [(one.id, one.ends_at) for one in due], clock.now())


async def _tell(deps: Dependencies) -> bool:
    marks: list[tuple[Any, ...]] = []
    update_told = announcement_slices.update_told

    async def keep(_: Transaction, *mark: Any) -> None:
        marks.append(mark)

    announcement_slices.__dict__["update_told"] = keep
    async with deps.database.transaction() as tx:
        result = await tell_slice(tx, now=deps.clock.now())
    announcement_slices.__dict__["update_told"] = update_told
    failpoint(BETWEEN)
    async with deps.database.transaction() as tx:
        for mark in marks:
            await update_told(tx, *mark)
    return result is not None
