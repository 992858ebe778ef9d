"""Table institution_alias: other and former names, by which an institution is still found (P3)."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.institution.domain.names import name_key
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = "SELECT kind, name FROM institution_alias WHERE institution_id = $1 ORDER BY recorded_at, id"
_INSERT: Final = """
INSERT INTO institution_alias (id, institution_id, kind, name, name_key, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (institution_id, name_key) DO NOTHING
"""

AliasKind = Literal["alias", "former"]


async def select_names(reader: Reader, institution_id: UUID, kind: AliasKind) -> list[str]:
    """Names of one kind, oldest first."""
    return [row["name"] for row in await reader.fetch(_SELECT, institution_id) if row["kind"] == kind]


async def insert(tx: Transaction, institution_id: UUID, kind: AliasKind, name: str, now: datetime) -> None:
    """Record a name; one that is recorded stays as it is."""
    await tx.execute(_INSERT, new_id(), institution_id, kind, name, name_key(name), now)
