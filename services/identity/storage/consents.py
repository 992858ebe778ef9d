"""The consent table: which version of which text a person accepted, and whether it was taken back (V56)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_UPSERT: Final = """
INSERT INTO consent AS c (person_id, kind, text_version, accepted_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id, kind, text_version) DO UPDATE SET accepted_at = excluded.accepted_at, withdrawn_at = NULL
WHERE c.withdrawn_at IS NOT NULL
"""
_SELECT: Final = """
SELECT accepted_at FROM consent WHERE person_id = $1 AND kind = $2 AND text_version = $3 AND withdrawn_at IS NULL
"""


async def insert(tx: Transaction, person_id: UUID, kind: str, text_version: str, at: datetime) -> bool:
    """Accept a text; False when it was accepted before."""
    return await tx.execute(_UPSERT, person_id, kind, text_version, at) == 1


async def select_accepted_at(reader: Reader, person_id: UUID, kind: str, text_version: str) -> datetime | None:
    """When this version was accepted, None when it was not or no longer is."""
    accepted: datetime | None = await reader.fetchval(_SELECT, person_id, kind, text_version)
    return accepted
