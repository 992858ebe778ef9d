"""Manual requests: columns of identity_verification that hold the claim, who reviews it, and by what it is found. What
was claimed rests sealed and is forgotten with the decision; masks and keyed hashes stay in the list for some time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.identity.domain.documents import DocumentType
from services.identity.domain.verification import State
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex

_UPDATE_ASKED: Final = """
UPDATE identity_verification SET claim_type = $2, claim_sealed = $3, claim_index = $4, claim_name_index = $5,
    claim_name_masked = $6, claim_no_masked = $7, claimed_by = NULL, claimed_until = NULL, decided_by = NULL
WHERE person_id = $1
"""
_UPDATE_DECIDED: Final = """
UPDATE identity_verification SET claim_sealed = NULL, claimed_by = NULL, claimed_until = NULL, decided_by = $2
WHERE person_id = $1
"""
_UPDATE_CLAIMED: Final = "UPDATE identity_verification SET claimed_by = $2, claimed_until = $3 WHERE person_id = $1"
_FORGET_OLD: Final = """
UPDATE identity_verification SET claim_type = NULL, claim_index = NULL, claim_name_index = NULL,
    claim_name_masked = NULL, claim_no_masked = NULL
WHERE claim_type IS NOT NULL AND claim_sealed IS NULL AND state <> 'pending_manual' AND since < $1
"""
_SELECT_CLAIM: Final = """
SELECT claim_sealed, claimed_by, claimed_until FROM identity_verification
WHERE person_id = $1 AND claim_sealed IS NOT NULL
"""
# Requests written before masks were kept have none: they are shown by the sealed claim, which waits with them.
_SELECT_QUEUE: Final = """
SELECT person_id, state, since, version, changing, claim_type, claim_sealed, claim_name_masked, claim_no_masked,
       claimed_by, claimed_until, reason_code
FROM identity_verification
WHERE claim_type IS NOT NULL AND state = ANY($1::text[])
  AND ($2::text IS NULL OR claim_type = $2)
  AND ($3::timestamptz IS NULL OR since <= $3)
  AND ($4::bytea[] IS NULL OR claim_name_index = ANY($4))
  AND ($5::bytea[] IS NULL OR claim_index = ANY($5))
  AND ($6::text IS NULL
       OR ($6 = 'free' AND (claimed_until IS NULL OR claimed_until <= $7))
       OR ($6 = 'mine' AND claimed_by = $8 AND claimed_until > $7)
       OR ($6 = 'others' AND claimed_by <> $8 AND claimed_until > $7))
  AND ($9::timestamptz IS NULL OR (since, person_id) > ($9, $10::uuid))
ORDER BY since, person_id LIMIT $11
"""
_COUNT: Final = """
SELECT count(*) FILTER (WHERE claimed_until IS NULL OR claimed_until <= $1) AS free,
       count(*) FILTER (WHERE claimed_until > $1) AS claimed,
       count(*) FILTER (WHERE changing) AS changes, min(since) AS oldest_since
FROM identity_verification WHERE state = 'pending_manual' AND claim_sealed IS NOT NULL
"""
_COUNT_AHEAD: Final = """
SELECT count(*) FROM identity_verification o, identity_verification me
WHERE me.person_id = $1 AND o.state = 'pending_manual' AND (o.since, o.person_id) < (me.since, me.person_id)
"""


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """A request in the list; the claim stays sealed, and is gone once it is decided."""

    person_id: UUID
    state: State
    since: datetime
    version: int
    changing: bool
    claim_type: DocumentType
    claim_sealed: bytes | None
    claim_name_masked: str | None
    claim_no_masked: str | None
    claimed_by: UUID | None
    claimed_until: datetime | None
    reason_code: str | None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a manual request claims: sealed, findable by keyed hashes, shown by masks."""

    document_type: str
    sealed: bytes
    document_index: BlindIndex
    name_index: BlindIndex
    name_masked: str
    document_no_masked: str


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """`since_before`: only requests at least that old; `held`: free, mine or others, of the reviewer `viewer`."""

    states: tuple[State, ...]
    document_type: str | None
    since_before: datetime | None
    name_index: BlindIndex | None
    document_index: BlindIndex | None
    held: str | None
    viewer: UUID
    now: datetime


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """The sealed claim of a waiting request, and who holds it for review."""

    sealed: bytes
    claimed_by: UUID | None
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How much waits; `changes` of them are for another document of a verified person."""

    free: int
    claimed: int
    changes: int
    oldest_since: datetime | None


async def update_asked(tx: Transaction, person_id: UUID, asked: AskedFor) -> None:
    """Keep what a manual request claims."""
    await tx.execute(
        _UPDATE_ASKED,
        person_id,
        asked.document_type,
        asked.sealed,
        asked.document_index,
        asked.name_index,
        asked.name_masked,
        asked.document_no_masked,
    )


async def update_withdrawn(tx: Transaction, person_id: UUID) -> None:
    """Forget a request altogether."""
    await tx.execute(_UPDATE_ASKED, person_id, None, None, None, None, None, None)


async def update_decided(tx: Transaction, person_id: UUID, decided_by: UUID) -> None:
    """Forget what was claimed, keep what the list shows."""
    await tx.execute(_UPDATE_DECIDED, person_id, decided_by)


async def update_forgotten(tx: Transaction, before: datetime) -> int:
    """Forget what the list shows of requests decided before a moment."""
    return await tx.execute(_FORGET_OLD, before)


async def update_claimed(tx: Transaction, person_id: UUID, reviewer: UUID | None, until: datetime | None) -> None:
    """Give the request to a reviewer for a time, or to nobody."""
    await tx.execute(_UPDATE_CLAIMED, person_id, reviewer, until)


async def select_claim(reader: Reader, person_id: UUID) -> OpenClaim | None:
    """The claim of a request that waits, or None."""
    row = await reader.fetchrow(_SELECT_CLAIM, person_id)
    return None if row is None else OpenClaim(row["claim_sealed"], row["claimed_by"], row["claimed_until"])


async def select_queue(
    reader: Reader, wanted: QueueFilter, after: tuple[datetime | None, UUID | None], limit: int
) -> list[ReviewRequest]:
    """Requests that agree with the filter, the oldest first, after a keyset position."""
    rows = await reader.fetch(
        _SELECT_QUEUE,
        list(wanted.states),
        wanted.document_type,
        wanted.since_before,
        None if wanted.name_index is None else wanted.name_index.known,
        None if wanted.document_index is None else wanted.document_index.known,
        wanted.held,
        wanted.now,
        wanted.viewer,
        *after,
        limit,
    )
    return [ReviewRequest(**dict(row)) for row in rows]


async def count_waiting(reader: Reader, now: datetime) -> QueueCounts:
    """The whole queue in figures."""
    row = await reader.fetchrow(_COUNT, now)
    return QueueCounts(**dict(row or {}))


async def count_ahead(reader: Reader, person_id: UUID) -> int:
    """How many waiting requests were made before this person's."""
    ahead: int = await reader.fetchval(_COUNT_AHEAD, person_id)
    return ahead
