"""One step of a transfer: found inside the caller's jurisdiction, locked, moved, told and recorded (4.8)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.ownership_transfer import OwnershipTransfer, TransferMove
from services.identity.storage import known_scopes, ownership_transfers
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity_staff import OwnershipTransferChanged
from shared.errors import NotFound, StaleVersion
from shared.ids import ExamBodyId, InstitutionId, StaffId
from shared.postgres.transaction import Transaction


async def lock_transfer(tx: Transaction, transfer_id: UUID, version: int, actor: Actor) -> OwnershipTransfer:
    """Raises NotFound (unknown, or outside the actor's node), StaleVersion."""
    if actor.scope_id is None:
        raise NotFound
    transfer = await ownership_transfers.lock(tx, actor.scope_id, transfer_id)
    if transfer.version != version:
        raise StaleVersion(current=transfer.version, state=transfer.state)
    return transfer


async def move_transfer(
    tx: Transaction,
    transfer: OwnershipTransfer,
    move: TransferMove,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> OwnershipTransfer:
    """Raises TransferMoveNotAllowed."""
    moved = transfer.moved(move, actor.id, now)
    await ownership_transfers.update(tx, moved)
    await tell_transfer(tx, moved, actor, f"ownership.{move}", transfer.state, now, reason)
    return moved


async def tell_transfer(
    tx: Transaction,
    transfer: OwnershipTransfer,
    actor: Actor,
    action: str,
    before: str | None,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Event and audit entry of a step."""
    node = await known_scopes.select(tx, transfer.scope_id)
    filing_body = None if node is None else node.superior_id
    outbox.add(
        tx,
        OwnershipTransferChanged(
            occurred_at=now,
            aggregate_version=transfer.version,
            transfer_id=transfer.transfer_id,
            institution_id=InstitutionId(transfer.scope_id),
            institution_name=transfer.scope_name,
            from_staff_id=StaffId(transfer.from_staff_id),
            to_staff_id=StaffId(transfer.to_staff_id),
            state=transfer.state,
            filing_body_id=None if filing_body is None else ExamBodyId(filing_body),
        ),
    )
    audit.record(
        tx,
        action,
        actor=actor,
        subject_kind="ownership_transfer",
        subject_id=transfer.transfer_id,
        at=now,
        before=before,
        after=transfer.state,
        reason=reason,
        institution_id=str(transfer.scope_id),
    )
