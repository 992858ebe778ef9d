"""The login_challenge table: codes that were sent, as keyed hashes bound to phone, purpose and challenge (V1, V8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex

# One round trip of a request for a code: it is remembered at the phone, and becomes a challenge.
_INSERT: Final = """
WITH remembered AS (UPDATE login_guard SET sent_at = $7 WHERE phone_index = $2)
INSERT INTO login_challenge (challenge_id, phone_index, purpose, code_mac, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
# Counting a guess, judging it and consuming the code are one statement on one row: no guess is evaluated twice (V3).
# A right one is counted in the platform's traffic on the way (V5).
_GUESS: Final = """
WITH guess AS (
    UPDATE login_challenge
    SET attempts = attempts + 1, consumed_at = CASE WHEN code_mac = ANY($4) THEN $5::timestamptz END
    WHERE challenge_id = $1 AND phone_index = ANY($2) AND purpose = $3
      AND consumed_at IS NULL AND attempts < $6 AND expires_at > $5
    RETURNING consumed_at IS NOT NULL AS correct
), counted AS (
    INSERT INTO login_traffic AS t (slot, lane, redeemed)
    SELECT date_bin('10 minutes', $5::timestamptz, 'epoch'), pg_backend_pid() % 32, 1 FROM guess WHERE correct
    ON CONFLICT (slot, lane) DO UPDATE SET redeemed = t.redeemed + 1
)
SELECT correct FROM guess
"""
_DELETE_EXPIRED: Final = "DELETE FROM login_challenge WHERE expires_at < $1"


async def insert(
    tx: Transaction,
    challenge_id: UUID,
    phone_index: BlindIndex,
    purpose: str,
    code_mac: BlindIndex,
    expires_at: datetime,
    sent_at: Sequence[datetime],
) -> None:
    """A code on its way; `sent_at` are the times of all codes to this phone that count, the last one now."""
    now = sent_at[-1]
    await tx.execute(_INSERT, challenge_id, phone_index, purpose, code_mac, now, expires_at, list(sent_at))


async def update_guess(
    tx: Transaction,
    challenge_id: UUID,
    phone_index: BlindIndex,
    purpose: str,
    code_mac: BlindIndex,
    now: datetime,
    tries: int,
) -> bool | None:
    """True: right, and consumed. False: wrong, and counted. None: there is nothing left to guess at."""
    phones, codes = phone_index.known, code_mac.known
    result: bool | None = await tx.fetchval(_GUESS, challenge_id, phones, purpose, codes, now, tries)
    return result


async def delete_expired(tx: Transaction, before: datetime) -> int:
    """Forget codes that expired before a moment."""
    return await tx.execute(_DELETE_EXPIRED, before)
