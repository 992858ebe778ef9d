"""End a transfer without effect: the owner cancels, the successor declines, the exam body rejects (4.8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.ownership_transfer import OwnershipTransfer, TransferMove
from services.identity.use_cases.ownership.move_transfer import lock_transfer, move_transfer
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction

_MOVES: Final[Mapping[str, TransferMove]] = {"institution_owner": "cancel", "institution_business_admin": "decline"}


async def end_transfer(
    tx: Transaction, transfer_id: UUID, version: int, reason: str | None, *, actor: Actor, now: datetime
) -> OwnershipTransfer:
    """Raises NotFound (also for those of the institution who are no party), StaleVersion, TransferMoveNotAllowed."""
    transfer = await lock_transfer(tx, transfer_id, version, actor)
    move = _MOVES.get(actor.role, "reject")
    party = {"cancel": transfer.from_staff_id, "decline": transfer.to_staff_id}.get(move, actor.id)
    if party != actor.id:
        raise NotFound
    return await move_transfer(tx, transfer, move, actor=actor, now=now, reason=reason)
