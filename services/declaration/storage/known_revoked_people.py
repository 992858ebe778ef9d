"""Rows of `known_revoked_person`: people whose verification was taken away, for good."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

KNOWN: Final = "SELECT person_id AS id FROM known_revoked_person"
"""What is known of it, to compare with what was told (M11)."""
_INSERT: Final = """
INSERT INTO known_revoked_person (person_id, version, reason_code, revoked_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id) DO NOTHING
"""
_SELECT: Final = "SELECT EXISTS (SELECT FROM known_revoked_person WHERE person_id = $1)"


async def insert(tx: Transaction, person_id: UUID, version: int, reason_code: str, revoked_at: datetime) -> None:
    """Learn it; a repeated event changes nothing."""
    await tx.execute(_INSERT, person_id, version, reason_code, revoked_at)


async def select_is_revoked(reader: Reader, person_id: UUID) -> bool:
    """Whether this person was revoked."""
    revoked: bool = await reader.fetchval(_SELECT, person_id)
    return revoked
