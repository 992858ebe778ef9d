"""Keys of closed accounts that wait to be destroyed: asked for in the commit that closes, done by the worker (V58)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = "SELECT person_id FROM key_destruction ORDER BY asked_at LIMIT $1"
_DELETE: Final = "DELETE FROM key_destruction WHERE person_id = ANY($1::uuid[])"


async def select_waiting(reader: Reader, limit: int) -> list[UUID]:
    """Whose keys are to be destroyed, the longest waiting first."""
    return [row["person_id"] for row in await reader.fetch(_SELECT, limit)]


async def delete(tx: Transaction, person_ids: Sequence[UUID]) -> None:
    """Their keys are gone."""
    await tx.execute(_DELETE, person_ids)
