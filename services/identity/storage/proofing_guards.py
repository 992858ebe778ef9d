"""The proofing_guard table: when checks were started, by person and by number. Its lock makes counting and starting one
step, and the windows are exact (V31)."""

from datetime import datetime
from typing import Final, Literal

from shared.postgres.transaction import Transaction

Kind = Literal["person", "document"]

_LOCK: Final = """
INSERT INTO proofing_guard AS g (kind, subject, touched_at) VALUES ($1, $2, $3)
ON CONFLICT (kind, subject) DO UPDATE SET touched_at = excluded.touched_at RETURNING g.started_at
"""
_UPDATE: Final = "UPDATE proofing_guard SET started_at = $3 WHERE kind = $1 AND subject = $2"
_DELETE_IDLE: Final = "DELETE FROM proofing_guard WHERE touched_at < $1"


async def lock(tx: Transaction, kind: Kind, subject: bytes, now: datetime) -> list[datetime]:
    """The starts of a subject (a keyed hash or an id), locked until commit."""
    started: list[datetime] = await tx.fetchval(_LOCK, kind, subject, now)
    return started


async def update(tx: Transaction, kind: Kind, subject: bytes, started_at: list[datetime]) -> None:
    """Write back what `lock` gave out."""
    await tx.execute(_UPDATE, kind, subject, started_at)


async def delete_idle(tx: Transaction, before: datetime) -> int:
    """Forget subjects for which nothing was started since `before`."""
    return await tx.execute(_DELETE_IDLE, before)
