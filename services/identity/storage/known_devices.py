"""The known_device table: devices a person or staff account logged in on, as keyed hashes (V20). Written together with
the session, in sessions.py."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex, lock_value

# A device remembered under another key of the ring comes under the active one: it is not new, but told under that (F7).
_RENAME: Final = """
UPDATE known_device d SET device_mac = $2, told_at = NULL
WHERE d.subject_id = $1 AND d.device_mac = ANY($3)
  AND NOT EXISTS (SELECT FROM known_device o WHERE o.subject_id = $1 AND o.device_mac = $2)
"""
_DELETE_OF: Final = "DELETE FROM known_device WHERE subject_id = $1"
_DELETE_IDLE: Final = "DELETE FROM known_device WHERE last_seen_at < $1"


async def update_renamed(tx: Transaction, subject_id: UUID, device_mac: BlindIndex) -> None:
    """Bring a device under the active key while there are several."""
    if device_mac.earlier:
        await lock_value(tx, device_mac)
        await tx.execute(_RENAME, subject_id, device_mac, device_mac.earlier)


async def delete_of(tx: Transaction, subject_id: UUID) -> None:
    """Forget the devices of a person or staff account."""
    await tx.execute(_DELETE_OF, subject_id)


async def delete_idle(tx: Transaction, before: datetime) -> int:
    """Forget devices not used since a moment."""
    return await tx.execute(_DELETE_IDLE, before)
