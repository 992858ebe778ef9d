"""The ownership_transfer table. Every query names the caller's node; what lies outside it does not exist (V24)."""

from typing import Final
from uuid import UUID

from services.identity.domain.ownership_transfer import OwnershipTransfer
from services.identity.storage.staff_below import IN_SCOPE
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_COLUMNS: Final = """transfer_id, scope_id, scope_name, from_staff_id, to_staff_id, old_owner, state, version,
    proposed_at, accepted_at, ended_at, ended_by"""
# $2: the only account that may be a party to it; null for exam bodies and owners.
_SELECT: Final = f"""
SELECT {_COLUMNS}
FROM ownership_transfer WHERE {IN_SCOPE} AND ($2::uuid IS NULL OR to_staff_id = $2) AND transfer_id = $3
"""
_SELECT_PAGE: Final = f"""
SELECT {_COLUMNS}
FROM ownership_transfer
WHERE {IN_SCOPE} AND ($2::uuid IS NULL OR to_staff_id = $2) AND ($3::uuid IS NULL OR transfer_id < $3)
  AND ($4::text IS NULL OR state = $4)
ORDER BY transfer_id DESC LIMIT $5
"""
_LOCK: Final = f"""
SELECT {_COLUMNS}
FROM ownership_transfer WHERE {IN_SCOPE} AND transfer_id = $2 FOR UPDATE
"""
_INSERT: Final = """
INSERT INTO ownership_transfer (transfer_id, scope_id, scope_name, from_staff_id, to_staff_id, old_owner, state,
    version, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
"""
_UPDATE: Final = """
UPDATE ownership_transfer SET state = $2, version = $3, accepted_at = $4, ended_at = $5, ended_by = $6
WHERE transfer_id = $1
"""


async def select(reader: Reader, scope_id: UUID, only_for: UUID | None, transfer_id: UUID) -> OwnershipTransfer:
    """The transfer. Raises NotFound."""
    row = await reader.fetchrow(_SELECT, scope_id, only_for, transfer_id)
    if row is None:
        raise NotFound
    return OwnershipTransfer(**dict(row))


async def select_page(
    reader: Reader, scope_id: UUID, only_for: UUID | None, before: UUID | None, state: str | None, limit: int
) -> list[OwnershipTransfer]:
    """Transfers in and below a node, newest first."""
    rows = await reader.fetch(_SELECT_PAGE, scope_id, only_for, before, state, limit)
    return [OwnershipTransfer(**dict(row)) for row in rows]


async def lock(tx: Transaction, scope_id: UUID, transfer_id: UUID) -> OwnershipTransfer:
    """The transfer, locked until commit. Raises NotFound."""
    row = await tx.fetchrow(_LOCK, scope_id, transfer_id)
    if row is None:
        raise NotFound
    return OwnershipTransfer(**dict(row))


async def insert(tx: Transaction, transfer: OwnershipTransfer) -> bool:
    """A new transfer; False when one of the institution is open."""
    done = await tx.execute(
        _INSERT,
        transfer.transfer_id,
        transfer.scope_id,
        transfer.scope_name,
        transfer.from_staff_id,
        transfer.to_staff_id,
        transfer.old_owner,
        transfer.state,
        transfer.version,
        transfer.proposed_at,
    )
    return done == 1


async def update(tx: Transaction, transfer: OwnershipTransfer) -> None:
    """Write a moved transfer."""
    await tx.execute(
        _UPDATE,
        transfer.transfer_id,
        transfer.state,
        transfer.version,
        transfer.accepted_at,
        transfer.ended_at,
        transfer.ended_by,
    )
