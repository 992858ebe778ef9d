"""The known_device table: devices a person or staff account logged in on, as keyed hashes (V20). Written together with
the session, in sessions.py."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction

_DELETE_OF: Final = "DELETE FROM known_device WHERE subject_id = $1"
_DELETE_IDLE: Final = "DELETE FROM known_device WHERE last_seen_at < $1"


async def delete_idle(tx: Transaction, before: datetime) -> int:
    """Forget devices not used since a moment."""
    return await tx.execute(_DELETE_IDLE, before)


async def delete_of(tx: Transaction, subject_id: UUID) -> None:
    """Forget the devices of a person or staff account."""
    await tx.execute(_DELETE_OF, subject_id)
