"""The known_device table: devices a person or staff account logged in on, as keyed hashes (V20)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction

# The look for others sees the table as it was before the insert.
_UPSERT: Final = """
WITH seen AS (
    INSERT INTO known_device AS d (subject_id, device_mac, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $3)
    ON CONFLICT (subject_id, device_mac) DO UPDATE SET last_seen_at = excluded.last_seen_at
    RETURNING d.first_seen_at = d.last_seen_at AS fresh
)
SELECT fresh AND EXISTS (SELECT FROM known_device o WHERE o.subject_id = $1) FROM seen
"""
_DELETE_IDLE: Final = "DELETE FROM known_device WHERE last_seen_at < $1"


async def insert(tx: Transaction, subject_id: UUID, device_mac: bytes, now: datetime) -> bool:
    """Remember a device; True when it is new to somebody who has used another one before."""
    strange: bool = await tx.fetchval(_UPSERT, subject_id, device_mac, now)
    return strange


async def delete_idle(tx: Transaction, before: datetime) -> int:
    """Forget devices not used since a moment."""
    return await tx.execute(_DELETE_IDLE, before)
