"""The login_challenge table: codes that were sent, as keyed hashes bound to phone, purpose and challenge (V1, V8)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO login_challenge (challenge_id, phone_index, purpose, code_mac, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
# Counting a guess, judging it and consuming the code are one statement on one row: no guess is evaluated twice (V3).
_GUESS: Final = """
UPDATE login_challenge SET attempts = attempts + 1, consumed_at = CASE WHEN code_mac = $4 THEN $5::timestamptz END
WHERE challenge_id = $1 AND phone_index = $2 AND purpose = $3
  AND consumed_at IS NULL AND attempts < $6 AND expires_at > $5
RETURNING consumed_at IS NOT NULL
"""
_DELETE_EXPIRED: Final = "DELETE FROM login_challenge WHERE expires_at < $1"


async def insert(
    tx: Transaction,
    challenge_id: UUID,
    phone_index: bytes,
    purpose: str,
    code_mac: bytes,
    issued_at: datetime,
    expires_at: datetime,
) -> None:
    """A code on its way."""
    await tx.execute(_INSERT, challenge_id, phone_index, purpose, code_mac, issued_at, expires_at)


async def update_guess(
    tx: Transaction, challenge_id: UUID, phone_index: bytes, purpose: str, code_mac: bytes, now: datetime, tries: int
) -> bool | None:
    """True: right, and consumed. False: wrong, and counted. None: there is nothing left to guess at."""
    result: bool | None = await tx.fetchval(_GUESS, challenge_id, phone_index, purpose, code_mac, now, tries)
    return result


async def delete_expired(tx: Transaction, before: datetime) -> int:
    """Forget codes that expired before a moment."""
    return await tx.execute(_DELETE_EXPIRED, before)
