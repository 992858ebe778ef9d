"""The known_device table: devices a person or staff account logged in on, as keyed hashes (V20). Written together with
the session, in sessions.py."""

from datetime import datetime
from typing import Final

from shared.postgres.transaction import Transaction

_DELETE_IDLE: Final = "DELETE FROM known_device WHERE last_seen_at < $1"


async def delete_idle(tx: Transaction, before: datetime) -> int:
    """Forget devices not used since a moment."""
    return await tx.execute(_DELETE_IDLE, before)
