"""The identity_verification table: one row per person, made together with the person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.documents import DocumentType
from services.identity.domain.verification import Verification
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = """
SELECT person_id, state, version, since, failures_in_all, failures_on_day, failure_day, reason_code, method, verified_at
FROM identity_verification WHERE person_id = $1
"""
_LOCK: Final = """
SELECT person_id, state, version, since, failures_in_all, failures_on_day, failure_day, reason_code, method, verified_at
FROM identity_verification WHERE person_id = $1 FOR UPDATE
"""
_UPDATE: Final = """
UPDATE identity_verification SET state = $2, version = $3, since = $4, failures_in_all = $5, failures_on_day = $6,
    failure_day = $7, reason_code = $8, method = $9, verified_at = $10
WHERE person_id = $1
"""
_UPDATE_CLAIM: Final = """
UPDATE identity_verification SET claim_type = $2, claim_sealed = $3, claim_index = $4 WHERE person_id = $1
"""
_SELECT_CLAIM: Final = """
SELECT claim_sealed FROM identity_verification
WHERE person_id = $1 AND claim_sealed IS NOT NULL
"""
_SELECT_PENDING: Final = """
SELECT person_id, since, version, claim_type, claim_sealed FROM identity_verification
WHERE state = 'pending_manual' AND claim_sealed IS NOT NULL
  AND ($1::timestamptz IS NULL OR (since, person_id) > ($1, $2::uuid))
ORDER BY since, person_id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class PendingReview:
    """A manual request in the queue; the claim stays sealed."""

    person_id: UUID
    since: datetime
    version: int
    claim_type: DocumentType
    claim_sealed: bytes


async def select(reader: Reader, person_id: UUID) -> Verification:
    """Where a person stands. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, person_id)) is None:
        raise NotFound
    return Verification(**dict(row))


async def lock(tx: Transaction, person_id: UUID) -> Verification:
    """The same, locked until commit. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK, person_id)) is None:
        raise NotFound
    return Verification(**dict(row))


async def update(tx: Transaction, verification: Verification) -> None:
    """Write a moved verification."""
    await tx.execute(
        _UPDATE,
        verification.person_id,
        verification.state,
        verification.version,
        verification.since,
        verification.failures_in_all,
        verification.failures_on_day,
        verification.failure_day,
        verification.reason_code,
        verification.method,
        verification.verified_at,
    )


async def update_claim(
    tx: Transaction, person_id: UUID, document_type: str | None, claim_sealed: bytes | None, claim_index: bytes | None
) -> None:
    """Keep what a manual request claims, or forget it with three times None."""
    await tx.execute(_UPDATE_CLAIM, person_id, document_type, claim_sealed, claim_index)


async def select_pending(reader: Reader, after: tuple[datetime | None, UUID | None], limit: int) -> list[PendingReview]:
    """Requests that wait for a reviewer, the oldest first, after a keyset position."""
    return [PendingReview(**dict(row)) for row in await reader.fetch(_SELECT_PENDING, *after, limit)]


async def select_claim(reader: Reader, person_id: UUID) -> bytes | None:
    """The sealed claim of a pending manual request, or None."""
    claim: bytes | None = await reader.fetchval(_SELECT_CLAIM, person_id)
    return claim
