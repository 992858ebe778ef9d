"""The bindings of an institution that was merged into another one go there, some at a time (4.2)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.binding import Binding
from services.institution.domain.institution import Institution
from services.institution.storage import following_bindings, institutions
from services.institution.storage.following_bindings import OrderedMove
from services.institution.use_cases.bindings.move_binding import end_locked
from services.institution.use_cases.bindings.open_binding import Continuation, continue_binding
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction

BATCH = 100
_REASON = "institution_merged"


async def order_binding_move(tx: Transaction, institution_id: UUID, successor_id: UUID, now: datetime) -> None:
    """To be called in the transaction that merges; the move itself happens by batches afterwards."""
    await following_bindings.insert_move(tx, OrderedMove(institution_id, successor_id), now)


async def carry_bindings_over(tx: Transaction, *, now: datetime) -> int:
    """Move at most BATCH bindings of the oldest order; requests end and may be made again at the successor. 0 when
    there is nothing to do. An order is done when nothing of the institution is open any more."""
    if (order := await following_bindings.lock_move(tx)) is None:
        return 0
    successor = await _remaining(tx, order.successor_id)
    open_ones = await following_bindings.lock_open_of(tx, order.institution_id, BATCH)
    for binding in open_ones:
        await _move(tx, binding, successor.id, successor.name, now)
    left = await following_bindings.count_open_of(tx, order.institution_id)
    await following_bindings.update_move(tx, order.institution_id, len(open_ones), now if left == 0 else None)
    return len(open_ones)


async def _remaining(tx: Transaction, successor_id: UUID) -> Institution:
    """The successor, or what it was itself merged into meanwhile; it stays so until commit."""
    successor = await institutions.lock_shared(tx, successor_id)
    while successor.merged_into_id is not None:
        successor = await institutions.lock_shared(tx, successor.merged_into_id)
    return successor


async def _move(tx: Transaction, binding: Binding, successor_id: UUID, name: str, now: datetime) -> None:
    if binding.state == "pending":
        await end_locked(tx, binding, "expire", ended_by="system", reason=_REASON, actor=SYSTEM, now=now)
        return
    ended = await end_locked(tx, binding, "move", ended_by="system", reason=_REASON, actor=SYSTEM, now=now)
    there = Continuation(successor_id, name, "carry_over", _REASON)
    await continue_binding(tx, ended, there, actor=SYSTEM, now=now)
