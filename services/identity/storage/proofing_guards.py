"""The proofing_guard table: when checks were started, by person and by number. Its lock makes counting and starting one
step, and the windows are exact (V31)."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex, lock_value

Kind = Literal["person", "document"]

_LOCK: Final = """
INSERT INTO proofing_guard AS g (kind, subject, touched_at) VALUES ($1, $2, $3)
ON CONFLICT (kind, subject) DO UPDATE SET touched_at = excluded.touched_at RETURNING g.started_at
"""
# A row written under another key of the ring comes under the active one, so that what was counted stays counted.
_RENAME: Final = """
UPDATE proofing_guard g SET subject = $2
WHERE g.kind = $1 AND g.subject = ANY($3)
  AND NOT EXISTS (SELECT FROM proofing_guard o WHERE o.kind = $1 AND o.subject = $2)
"""
_UPDATE: Final = "UPDATE proofing_guard SET started_at = $3 WHERE kind = $1 AND subject = $2"
_DELETE_OF: Final = "DELETE FROM proofing_guard WHERE kind = 'person' AND subject = $1"
_DELETE_IDLE: Final = "DELETE FROM proofing_guard WHERE touched_at < $1"


async def lock(tx: Transaction, kind: Kind, subject: BlindIndex, now: datetime) -> list[datetime]:
    """The starts of a subject (a keyed hash, or an id, which has one form only), locked until commit."""
    if subject.earlier:
        await lock_value(tx, subject)
        await tx.execute(_RENAME, kind, subject, subject.earlier)
    started: list[datetime] = await tx.fetchval(_LOCK, kind, subject, now)
    return started


async def update(tx: Transaction, kind: Kind, subject: BlindIndex, started_at: list[datetime]) -> None:
    """Write back what `lock` gave out."""
    await tx.execute(_UPDATE, kind, subject, started_at)


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Forget the starts of a person; those of a number stay, whoever asked."""
    await tx.execute(_DELETE_OF, person_id.bytes)


async def delete_idle(tx: Transaction, before: datetime) -> int:
    """Forget subjects for which nothing was started since `before`."""
    return await tx.execute(_DELETE_IDLE, before)
