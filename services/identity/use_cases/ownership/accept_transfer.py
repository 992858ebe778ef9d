"""The successor accepts the ownership and the responsibility that comes with it (4.8, B6)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.ownership_transfer import OwnershipTransfer
from services.identity.use_cases.ownership.move_transfer import lock_transfer, move_transfer
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction


async def accept_transfer(
    tx: Transaction, transfer_id: UUID, version: int, *, actor: Actor, now: datetime
) -> OwnershipTransfer:
    """Raises NotFound (also for anybody but the successor), StaleVersion, TransferMoveNotAllowed."""
    transfer = await lock_transfer(tx, transfer_id, version, actor)
    if transfer.to_staff_id != actor.id:
        raise NotFound
    return await move_transfer(tx, transfer, "accept", actor=actor, now=now)
