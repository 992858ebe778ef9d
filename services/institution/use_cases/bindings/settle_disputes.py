"""A declaration and the end of its binding passed each other: what was handed in stands, the end is taken back (A25).

Both services decide by what they heard of each other, so both can say yes at once. Only this one can mend it whatever
became of the declaration meanwhile, and without asking anybody to act in time: the year is not lost to a race."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from services.institution.domain.binding import UNDONE_BY_A_DECLARATION, Binding, CycleEnd
from services.institution.storage import bindings, known_declarations, known_people, known_revoked_people
from services.institution.storage.known_declarations import Disputed
from services.institution.use_cases.bindings.move_binding import end_locked
from services.institution.use_cases.bindings.open_binding import Continuation, continue_binding, end_pending
from shared.actor import SYSTEM
from shared.failpoints import failpoint
from shared.postgres.transaction import Transaction

BATCH = 50
_REASON: Final = "declaration_stands"

log = structlog.get_logger()


async def settle_disputes(tx: Transaction, *, after: timedelta, held_until: CycleEnd, now: datetime) -> int:
    """How many disputes of at least that age were settled, at most BATCH. The pause lets a withdrawal that travels
    right behind the submission arrive, so that nothing is taken back for what holds nothing any more."""
    disputes = await known_declarations.lock_disputed(tx, now - after, BATCH)
    for dispute in disputes:
        if await _settled(tx, dispute, held_until, now):
            await known_declarations.update_disputed(tx, dispute.declaration_id, None)
        else:
            log.error("declaration_without_binding", declaration_id=str(dispute.declaration_id))
            await known_declarations.update_unsettled(tx, dispute.declaration_id)
    if disputes:
        failpoint("dispute.before_commit")
    return len(disputes)


async def _settled(tx: Transaction, dispute: Disputed, held_until: CycleEnd, now: datetime) -> bool:
    await known_people.lock(tx, dispute.person_id)
    if dispute.state == "closed" or held_until.passed(dispute.cycle_year, now):
        return True
    if await known_revoked_people.select_is_revoked(tx, dispute.person_id):
        return True
    current = await bindings.lock_current(tx, dispute.person_id)
    if current is not None and current.institution_id == dispute.institution_id:
        return True
    last = await bindings.select_last_ended_at(tx, dispute.person_id, dispute.institution_id)
    if last is not None and last.end_event == "move":
        return True
    if last is None or not _may_be_taken_back(last):
        return False
    return await _take_back(tx, last, current, now)


def _may_be_taken_back(last: Binding) -> bool:
    # Rows from before the step was kept say only who ended it.
    if last.end_event is None:
        return last.ended_by != "system"
    return last.end_event in UNDONE_BY_A_DECLARATION


async def _take_back(tx: Transaction, last: Binding, current: Binding | None, now: datetime) -> bool:
    """False when the place the person went to is held by a declaration of another year: then people decide."""
    if current is not None:
        if await known_declarations.select_holding(tx, current.person_id, current.institution_id):
            return False
        await end_locked(tx, current, "undo", ended_by="system", reason=_REASON, actor=SYSTEM, now=now)
    await end_pending(tx, last.person_id, actor=SYSTEM, now=now)
    back = Continuation(last.institution_id, last.institution_name, "restore", _REASON)
    await continue_binding(tx, last, back, actor=SYSTEM, now=now)
    return True
