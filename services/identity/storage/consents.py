"""The consent table: which version of which text a person accepted, and whether it was taken back (V56)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_UPSERT: Final = """
INSERT INTO consent AS c (person_id, kind, text_version, accepted_at, guardian_sealed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id, kind, text_version) DO UPDATE
SET accepted_at = excluded.accepted_at, guardian_sealed = excluded.guardian_sealed, withdrawn_at = NULL
WHERE c.withdrawn_at IS NOT NULL
"""
_WITHDRAW: Final = """
UPDATE consent SET withdrawn_at = $3 WHERE person_id = $1 AND kind = $2 AND withdrawn_at IS NULL RETURNING text_version
"""
_DELETE: Final = "DELETE FROM consent WHERE person_id = $1"
_SELECT: Final = """
SELECT accepted_at FROM consent WHERE person_id = $1 AND kind = $2 AND text_version = $3 AND withdrawn_at IS NULL
"""


async def insert(
    tx: Transaction, person_id: UUID, kind: str, text_version: str, at: datetime, guardian_sealed: bytes | None = None
) -> bool:
    """Accept a text; False when it was accepted before."""
    return await tx.execute(_UPSERT, person_id, kind, text_version, at, guardian_sealed) == 1


async def update_withdrawn(tx: Transaction, person_id: UUID, kind: str, at: datetime) -> list[str]:
    """Take back every version of a text that was accepted; the versions."""
    return [row["text_version"] for row in await tx.fetch(_WITHDRAW, person_id, kind, at)]


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Forget all consents of a person."""
    await tx.execute(_DELETE, person_id)


async def select_accepted_at(reader: Reader, person_id: UUID, kind: str, text_version: str) -> datetime | None:
    """When this version was accepted, None when it was not or no longer is."""
    accepted: datetime | None = await reader.fetchval(_SELECT, person_id, kind, text_version)
    return accepted
