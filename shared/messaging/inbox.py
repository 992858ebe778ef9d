"""The inbox: consumption and effect are one commit (M4). Zero rows inserted means duplicate."""

from collections.abc import Sequence
from uuid import UUID

from shared.postgres.transaction import Transaction

_INSERT = """
INSERT INTO inbox (message_id, consumer, type)
SELECT m.message_id, $1, m.type FROM unnest($2::uuid[], $3::text[]) AS m (message_id, type)
ON CONFLICT (message_id, consumer) DO NOTHING RETURNING message_id
"""
_COUNT_ATTEMPT = """
INSERT INTO inbox_attempt AS a (message_id, consumer, attempts, last_error) VALUES ($1, $2, 1, $3)
ON CONFLICT (message_id, consumer)
DO UPDATE SET attempts = a.attempts + 1, last_error = excluded.last_error, updated_at = now()
RETURNING attempts
"""
_FORGET_ATTEMPTS = "DELETE FROM inbox_attempt WHERE message_id = $1 AND consumer = $2"


async def insert(tx: Transaction, consumer: str, ids: Sequence[UUID], types: Sequence[str]) -> set[UUID]:
    """Claim messages for this transaction; the ids that were not handled before."""
    return {row["message_id"] for row in await tx.fetch(_INSERT, consumer, ids, types)}


async def count_attempt(tx: Transaction, consumer: str, message_id: UUID, reason: str) -> int:
    """Our own attempt counter (M6): failures of this message so far, this one included."""
    attempts: int = await tx.fetchval(_COUNT_ATTEMPT, message_id, consumer, reason)
    return attempts


async def forget_attempts(tx: Transaction, consumer: str, message_id: UUID) -> None:
    """Give a replayed message its full number of attempts again."""
    await tx.execute(_FORGET_ATTEMPTS, message_id, consumer)
