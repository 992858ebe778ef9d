"""Rows of `known_hold`: people whose phone was replaced lately, learned from identity (V9). Those whose time is over go
when the next one comes, so that the table stays as small as a day."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_UPSERT: Final = """
INSERT INTO known_hold AS known (person_id, held_until) VALUES ($1, $2)
ON CONFLICT (person_id) DO UPDATE SET held_until = greatest(known.held_until, excluded.held_until)
"""
_DELETE_PAST: Final = "DELETE FROM known_hold WHERE held_until < $1"
_SELECT: Final = "SELECT held_until FROM known_hold WHERE person_id = $1"


async def upsert(tx: Transaction, person_id: UUID, held_until: datetime) -> None:
    """Learn a hold; the latest end counts, in whatever order they come."""
    await tx.execute(_UPSERT, person_id, held_until)


async def delete_past(tx: Transaction, now: datetime) -> None:
    """Forget holds whose time is over."""
    await tx.execute(_DELETE_PAST, now)


async def select(reader: Reader, person_id: UUID) -> datetime | None:
    """Until when a person is held, or None."""
    held_until: datetime | None = await reader.fetchval(_SELECT, person_id)
    return held_until
