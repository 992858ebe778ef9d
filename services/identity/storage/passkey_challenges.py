"""The passkey_challenge table: what authenticators were asked to sign, each answered once (V8, V11)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.passkeys import PasskeyPurpose
from shared.postgres.transaction import Transaction
from shared.security.blind_index import BlindIndex

_INSERT: Final = """
INSERT INTO passkey_challenge (challenge_id, purpose, challenge, phone_index, staff_id, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
# Whoever answers takes the row away, whatever the answer is worth: no challenge is judged twice.
_TAKE: Final = """
DELETE FROM passkey_challenge WHERE challenge_id = $1
RETURNING challenge_id, purpose, challenge, phone_index, staff_id, expires_at
"""
_DELETE_EXPIRED: Final = "DELETE FROM passkey_challenge WHERE expires_at < $1"


@dataclass(frozen=True, slots=True)
class PasskeyChallenge:
    """32 random bytes for one purpose; bound to a phone before a login, to an account inside a session."""

    challenge_id: UUID
    purpose: PasskeyPurpose
    challenge: bytes
    phone_index: bytes | None
    staff_id: UUID | None
    expires_at: datetime

    def is_for(self, purpose: PasskeyPurpose, bound_to: BlindIndex | UUID, now: datetime) -> bool:
        """Whether it may be answered now, for this purpose, by this phone or account."""
        if isinstance(bound_to, UUID):
            bound = self.staff_id == bound_to
        else:
            bound = self.phone_index is not None and bound_to.matches(self.phone_index)
        return bound and self.purpose == purpose and self.expires_at > now


async def insert(tx: Transaction, challenge: PasskeyChallenge) -> None:
    """A question on its way."""
    await tx.execute(
        _INSERT,
        challenge.challenge_id,
        challenge.purpose,
        challenge.challenge,
        challenge.phone_index,
        challenge.staff_id,
        challenge.expires_at,
    )


async def delete_taken(tx: Transaction, challenge_id: UUID) -> PasskeyChallenge | None:
    """Take the challenge away; None when it was answered before or never asked."""
    row = await tx.fetchrow(_TAKE, challenge_id)
    return None if row is None else PasskeyChallenge(**dict(row))


async def delete_expired(tx: Transaction, before: datetime) -> int:
    """Forget questions nobody answered."""
    return await tx.execute(_DELETE_EXPIRED, before)
