"""The merge_request table: two accounts that one person says are the same, until a reviewer has decided (A5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.merging import Grounds, MergeState
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

# The partial unique index lets one request of an applicant wait; a second one inserts nothing.
_INSERT: Final = """
INSERT INTO merge_request (request_id, applicant_id, other_id, grounds, proof_sealed, claim_sealed, requested_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (applicant_id) WHERE state = 'pending' DO NOTHING
"""
_SELECT: Final = """
SELECT request_id, applicant_id, other_id, grounds, proof_sealed, claim_sealed, state, version, requested_at,
       decided_at, reason_code
FROM merge_request WHERE request_id = $1
"""
_LOCK: Final = """
SELECT request_id, applicant_id, other_id, grounds, proof_sealed, claim_sealed, state, version, requested_at,
       decided_at, reason_code
FROM merge_request WHERE request_id = $1 FOR UPDATE
"""
_SELECT_OF_APPLICANT: Final = """
SELECT request_id, applicant_id, other_id, grounds, proof_sealed, claim_sealed, state, version, requested_at,
       decided_at, reason_code
FROM merge_request WHERE applicant_id = $1 ORDER BY requested_at DESC, request_id DESC LIMIT 20
"""
_SELECT_PENDING: Final = """
SELECT request_id, applicant_id, other_id, grounds, proof_sealed, claim_sealed, state, version, requested_at,
       decided_at, reason_code
FROM merge_request
WHERE state = 'pending' AND ($1::text IS NULL OR grounds = $1)
  AND ($2::timestamptz IS NULL OR (requested_at, request_id) > ($2, $3::uuid))
ORDER BY requested_at, request_id LIMIT $4
"""
_DECIDE: Final = """
UPDATE merge_request SET state = $2, version = version + 1, decided_at = $3, decided_by = $4, reason_code = $5,
    claim_sealed = NULL, proof_sealed = NULL
WHERE request_id = $1
"""
# Requests of others that named this person keep the id of an account that is closed.
_DELETE_DECIDED_OF: Final = """
WITH waiting AS (SELECT count(*) AS n FROM merge_request
    WHERE state = 'pending' AND (applicant_id = $1 OR other_id = $1)),
gone AS (DELETE FROM merge_request WHERE applicant_id = $1 AND state <> 'pending' AND (SELECT n FROM waiting) = 0)
SELECT n = 0 FROM waiting
"""
_DELETE_OF: Final = "DELETE FROM merge_request WHERE applicant_id = $1"
_DELETE_OLD: Final = "DELETE FROM merge_request WHERE decided_at < $1"


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """One request; what was proven and the claim of a lost phone stay sealed, and are forgotten with the decision."""

    request_id: UUID
    applicant_id: UUID
    other_id: UUID | None
    grounds: Grounds
    proof_sealed: bytes | None
    claim_sealed: bytes | None
    state: MergeState
    version: int
    requested_at: datetime
    decided_at: datetime | None = None
    reason_code: str | None = None


async def insert(tx: Transaction, request: MergeRequest) -> bool:
    """A request that waits; False when one of this applicant waits already."""
    done = await tx.execute(
        _INSERT,
        request.request_id,
        request.applicant_id,
        request.other_id,
        request.grounds,
        request.proof_sealed,
        request.claim_sealed,
        request.requested_at,
    )
    return done == 1


async def select(reader: Reader, request_id: UUID) -> MergeRequest:
    """The request. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, request_id)) is None:
        raise NotFound
    return MergeRequest(**dict(row))


async def lock(tx: Transaction, request_id: UUID) -> MergeRequest:
    """The request, locked until commit. Raises NotFound."""
    if (row := await tx.fetchrow(_LOCK, request_id)) is None:
        raise NotFound
    return MergeRequest(**dict(row))


async def select_of_applicant(reader: Reader, person_id: UUID) -> list[MergeRequest]:
    """The last twenty requests of a person, the newest first."""
    return [MergeRequest(**dict(row)) for row in await reader.fetch(_SELECT_OF_APPLICANT, person_id)]


async def select_pending(
    reader: Reader, grounds: Grounds | None, after: tuple[datetime | None, UUID | None], limit: int
) -> list[MergeRequest]:
    """Requests that wait, the oldest first, after a keyset position."""
    return [MergeRequest(**dict(row)) for row in await reader.fetch(_SELECT_PENDING, grounds, *after, limit)]


async def update_decided(
    tx: Transaction, request_id: UUID, state: MergeState, reviewer_id: UUID, reason_code: str | None, at: datetime
) -> None:
    """Write a decision."""
    await tx.execute(_DECIDE, request_id, state, at, reviewer_id, reason_code)


async def delete_decided_of(tx: Transaction, person_id: UUID) -> bool:
    """Forget a person's decided requests; False, and nothing forgotten, while one waits that names this person."""
    free: bool = await tx.fetchval(_DELETE_DECIDED_OF, person_id)
    return free


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """All requests of a person, waiting or decided."""
    await tx.execute(_DELETE_OF, person_id)


async def delete_old(tx: Transaction, before: datetime) -> int:
    """Forget requests decided before a moment."""
    return await tx.execute(_DELETE_OLD, before)
