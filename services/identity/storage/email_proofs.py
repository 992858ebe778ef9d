"""The email_proof table: the code that a person has out for an e-mail address, and what counts against the limits. Read
and written under the lock of the person's row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = """
SELECT challenge_id, code_mac, expires_at, attempts, sent_at, wrong_at FROM email_proof WHERE person_id = $1
"""
_UPSERT: Final = """
INSERT INTO email_proof (person_id, challenge_id, code_mac, expires_at, attempts, sent_at, wrong_at, touched_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (person_id) DO UPDATE
SET challenge_id = excluded.challenge_id, code_mac = excluded.code_mac, expires_at = excluded.expires_at,
    attempts = excluded.attempts, sent_at = excluded.sent_at, wrong_at = excluded.wrong_at,
    touched_at = excluded.touched_at
"""
_VOID: Final = "UPDATE email_proof SET challenge_id = NULL, code_mac = NULL, expires_at = NULL WHERE person_id = $1"
_DELETE_OF: Final = "DELETE FROM email_proof WHERE person_id = $1"
_DELETE_IDLE: Final = "DELETE FROM email_proof WHERE touched_at < $1"


@dataclass(frozen=True, slots=True)
class EmailProof:
    """`challenge_id`, `code_mac` and `expires_at` are None while no code is out."""

    challenge_id: UUID | None
    code_mac: bytes | None
    expires_at: datetime | None
    attempts: int
    sent_at: list[datetime]
    wrong_at: list[datetime]

    def may_be_guessed(self, challenge_id: UUID, tries: int, now: datetime) -> bool:
        """Whether this is the code that is out, and there is a guess left."""
        alive = self.expires_at is not None and self.expires_at > now
        return alive and self.challenge_id == challenge_id and self.attempts < tries


async def select(reader: Reader, person_id: UUID) -> EmailProof:
    """An empty one where there was nothing lately."""
    row = await reader.fetchrow(_SELECT, person_id)
    return EmailProof(None, None, None, 0, [], []) if row is None else EmailProof(**dict(row))


async def upsert(tx: Transaction, person_id: UUID, proof: EmailProof, now: datetime) -> None:
    """Write it; a code that was out before is worth nothing."""
    await tx.execute(
        _UPSERT,
        person_id,
        proof.challenge_id,
        proof.code_mac,
        proof.expires_at,
        proof.attempts,
        proof.sent_at,
        proof.wrong_at,
        now,
    )


async def update_void(tx: Transaction, person_id: UUID) -> None:
    """No code is out any more; what was counted stays counted."""
    await tx.execute(_VOID, person_id)


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Forget a person's."""
    await tx.execute(_DELETE_OF, person_id)


async def delete_idle(tx: Transaction, before: datetime) -> int:
    """Forget those of people who asked for no code and guessed at none since `before`."""
    return await tx.execute(_DELETE_IDLE, before)
