"""The exempt_choice table: who declares on another channel (A17). The document itself travels sealed in the event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.exempt_channel import ExemptKind
from shared.postgres.transaction import Reader, Transaction

_UPSERT: Final = """
INSERT INTO exempt_choice (person_id, kind, chosen_at) VALUES ($1, $2, $3)
ON CONFLICT (person_id) DO UPDATE SET kind = excluded.kind, chosen_at = excluded.chosen_at, withdrawn_at = NULL
"""
_WITHDRAW: Final = "UPDATE exempt_choice SET withdrawn_at = $2 WHERE person_id = $1 AND withdrawn_at IS NULL"
_DELETE_OF: Final = "DELETE FROM exempt_choice WHERE person_id = $1"
_DELETE_OLD: Final = "DELETE FROM exempt_choice WHERE withdrawn_at < $1"
_SELECT: Final = "SELECT person_id, kind, chosen_at FROM exempt_choice WHERE person_id = $1 AND withdrawn_at IS NULL"


@dataclass(frozen=True, slots=True)
class ExemptChoice:
    """A choice that stands."""

    person_id: UUID
    kind: ExemptKind
    chosen_at: datetime


async def upsert(tx: Transaction, choice: ExemptChoice) -> None:
    """Choose, or choose again."""
    await tx.execute(_UPSERT, choice.person_id, choice.kind, choice.chosen_at)


async def update_withdrawn(tx: Transaction, person_id: UUID, at: datetime) -> bool:
    """Take the choice back; False when there was none."""
    return await tx.execute(_WITHDRAW, person_id, at) == 1


async def select(reader: Reader, person_id: UUID) -> ExemptChoice | None:
    """The choice that stands, or None."""
    row = await reader.fetchrow(_SELECT, person_id)
    return None if row is None else ExemptChoice(**dict(row))


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Forget what a person chose."""
    await tx.execute(_DELETE_OF, person_id)


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget choices taken back before a moment."""
    return await tx.execute(_DELETE_OLD, before)
