"""Bindings that do not agree with the state of their institution, some at a time, and orders to move them (4.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.institution.domain.binding import Binding
from services.institution.storage.bindings import binding_of
from shared.postgres.transaction import Transaction

# Those that are about to move are not frozen before: nobody is to be told to look for another unit.
_LOCK_TO_FREEZE: Final = """
SELECT b.*, i.name AS institution_name FROM institution i JOIN binding b ON b.institution_id = i.id
WHERE i.state_changed_at >= $1 AND i.state IN ('suspended', 'closed', 'merged') AND b.state = 'active'
  AND NOT EXISTS (SELECT FROM binding_move m WHERE m.institution_id = i.id)
ORDER BY b.id LIMIT $2 FOR UPDATE OF b SKIP LOCKED
"""
_LOCK_TO_THAW: Final = """
SELECT b.*, i.name AS institution_name FROM institution i JOIN binding b ON b.institution_id = i.id
WHERE i.state_changed_at >= $1 AND i.state = 'active' AND b.state = 'frozen'
ORDER BY b.id LIMIT $2 FOR UPDATE OF b SKIP LOCKED
"""
_LOCK_OPEN_OF: Final = """
SELECT b.*, i.name AS institution_name FROM binding b JOIN institution i ON i.id = b.institution_id
WHERE b.institution_id = $1 AND b.state IN ('active', 'frozen', 'pending')
ORDER BY b.id LIMIT $2 FOR UPDATE OF b SKIP LOCKED
"""
_COUNT_OPEN_OF: Final = """
SELECT count(*) FROM binding WHERE institution_id = $1 AND state IN ('active', 'frozen', 'pending')
"""
_LOCK_MOVE: Final = """
SELECT institution_id, successor_id FROM binding_move WHERE done_at IS NULL ORDER BY ordered_at
LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_INSERT_MOVE: Final = """
INSERT INTO binding_move (institution_id, successor_id, ordered_at) VALUES ($1, $2, $3)
ON CONFLICT (institution_id) DO NOTHING
"""
_UPDATE_MOVE: Final = "UPDATE binding_move SET moved = moved + $2, done_at = $3 WHERE institution_id = $1"


@dataclass(frozen=True, slots=True)
class OrderedMove:
    """Whose bindings go where."""

    institution_id: UUID
    successor_id: UUID


async def lock_to_freeze(tx: Transaction, changed_since: datetime, limit: int) -> list[Binding]:
    """Active bindings of institutions that stopped since then."""
    return [binding_of(row) for row in await tx.fetch(_LOCK_TO_FREEZE, changed_since, limit)]


async def lock_to_thaw(tx: Transaction, changed_since: datetime, limit: int) -> list[Binding]:
    """Frozen bindings of institutions that resumed since then."""
    return [binding_of(row) for row in await tx.fetch(_LOCK_TO_THAW, changed_since, limit)]


async def lock_open_of(tx: Transaction, institution_id: UUID, limit: int) -> list[Binding]:
    """Open bindings and requests of an institution that nobody else holds."""
    return [binding_of(row) for row in await tx.fetch(_LOCK_OPEN_OF, institution_id, limit)]


async def count_open_of(tx: Transaction, institution_id: UUID) -> int:
    """How many are open, those that somebody holds included."""
    return int(await tx.fetchval(_COUNT_OPEN_OF, institution_id))


async def insert_move(tx: Transaction, order: OrderedMove, at: datetime) -> None:
    """Order the move; a second order for the same institution changes nothing."""
    await tx.execute(_INSERT_MOVE, order.institution_id, order.successor_id, at)


async def lock_move(tx: Transaction) -> OrderedMove | None:
    """The oldest order that is not done, locked, or None."""
    row = await tx.fetchrow(_LOCK_MOVE)
    return None if row is None else OrderedMove(row["institution_id"], row["successor_id"])


async def update_move(tx: Transaction, institution_id: UUID, moved: int, done_at: datetime | None) -> None:
    """Count what was moved; done when nothing is left."""
    await tx.execute(_UPDATE_MOVE, institution_id, moved, done_at)
