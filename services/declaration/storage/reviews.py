"""The review queue of a unit: what was submitted to it, with masked people; and claims that timed out."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import WAITING, State
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.unit_sight import IN_SIGHT
from shared.postgres.transaction import Reader, Row, Transaction

# What one of two reviewers said is the queue's business while the declaration waits.
_FIRST_APPROVED_BY: Final = "CASE WHEN d.state IN ('submitted', 'under_review') THEN d.first_approved_by END"
_SELECT_QUEUE: Final = f"""
SELECT d.id, d.number, d.state, d.version, d.cycle_year, d.exam_level, d.exam_category_code, d.route, d.fresh_graduate,
       d.probation_months, d.submission, d.submitted_at, d.claimed_by, d.claimed_until, d.decided_at,
       {_FIRST_APPROVED_BY} AS first_approved_by,
       p.name_masked, p.document_type, p.document_no_masked,
       (SELECT count(*) FROM prior_confirmation c WHERE c.declaration_id = d.id
            AND c.state NOT IN ('confirmed_by_current', 'confirmed_by_prior')) AS prior_rows_open
FROM declaration d JOIN known_person p ON p.person_id = d.person_id
WHERE {IN_SIGHT}
  AND ($2::uuid IS NULL OR d.cycle_id = $2)
  AND ($3::text[] IS NULL OR d.state = ANY ($3))
  AND ($4::text IS NULL OR d.number = $4 OR p.name_index = $5::bytea OR EXISTS (
        SELECT FROM known_person_document k WHERE k.person_id = d.person_id AND k.document_index = $6::bytea))
  AND ($7::text IS NULL OR d.exam_category_code = $7) AND ($8::text IS NULL OR d.exam_level = $8)
  AND ($9::text IS NULL OR d.origin = $9) AND ($10::timestamptz IS NULL OR d.submitted_at <= $10)
  AND ($11::boolean IS NULL OR (d.submission > 1) = $11)
  AND ($12::boolean IS NULL OR $12 = EXISTS (
        SELECT FROM prior_confirmation c WHERE c.declaration_id = d.id
            AND c.state NOT IN ('confirmed_by_current', 'confirmed_by_prior')))
  AND CASE $13::text WHEN 'nobody' THEN d.claimed_by IS NULL WHEN 'me' THEN d.claimed_by = $14::uuid
      WHEN 'others' THEN d.claimed_by <> $14 ELSE true END
  AND CASE $18::text WHEN 'nobody' THEN {_FIRST_APPROVED_BY} IS NULL WHEN 'me' THEN {_FIRST_APPROVED_BY} = $14
      WHEN 'others' THEN {_FIRST_APPROVED_BY} <> $14 ELSE true END
  AND ($15::timestamptz IS NULL OR (d.submitted_at, d.id) > ($15, $16::uuid))
ORDER BY d.submitted_at, d.id LIMIT $17
"""
_SELECT_NEWEST: Final = _SELECT_QUEUE.replace("(d.submitted_at, d.id) >", "(d.submitted_at, d.id) <").replace(
    "ORDER BY d.submitted_at, d.id", "ORDER BY d.submitted_at DESC, d.id DESC"
)
# Said with the states themselves, so that the index of what waits is used however the statement is planned.
_SELECT_WAITING, _SELECT_WAITING_NEWEST = (
    one.replace("d.submission > 0", "d.submission > 0 AND d.state IN ('submitted', 'under_review')", 1)
    for one in (_SELECT_QUEUE, _SELECT_NEWEST)
)
_COUNT_BY_STATE: Final = f"""
SELECT d.state, count(*) AS number, (
    SELECT count(*) FROM declaration w
    WHERE w.institution_id = $1 AND w.first_approved_by IS NOT NULL AND w.state IN ('submitted', 'under_review')
      AND ($2::uuid IS NULL OR w.cycle_id = $2)) AS second_looks
FROM declaration d
WHERE {IN_SIGHT} AND ($2::uuid IS NULL OR d.cycle_id = $2) GROUP BY d.state
"""
_UNDER_REVIEW: Final = """
SELECT id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version, exam_level,
       exam_category_code, route, fresh_graduate, probation_months, submission, catalogue_version, notice_version,
       claimed_by, claimed_until, created_at, updated_at, submitted_at, decided_at, first_approved_by,
       first_approved_person_id, first_approved_at
FROM declaration WHERE state = 'under_review'
"""
_LOCK_EXPIRED: Final = f"{_UNDER_REVIEW} AND claimed_until <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED"
_LOCK_CLAIMED_BY: Final = f"{_UNDER_REVIEW} AND claimed_by = $1 ORDER BY id FOR UPDATE"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What to list; None does not filter. `text` matches a receipt number, or by keyed index a whole name or document
    number. `claimed`, `first_approved`: by `nobody`, by `me` (that is `reviewer_id`) or by `others`."""

    institution_id: UUID
    cycle_id: UUID | None = None
    states: tuple[str, ...] | None = None
    text: str | None = None
    name_index: bytes | None = None
    document_index: bytes | None = None
    category_code: str | None = None
    exam_level: str | None = None
    origin: str | None = None
    submitted_until: datetime | None = None
    resubmitted: bool | None = None
    has_prior_rows_open: bool | None = None
    claimed: str | None = None
    first_approved: str | None = None
    reviewer_id: UUID | None = None
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue."""

    id: UUID
    number: str
    state: str
    version: int
    cycle_year: int
    exam_level: str
    exam_category_code: str
    route: str
    fresh_graduate: bool
    probation_months: int
    submission: int
    submitted_at: datetime
    claimed_by: UUID | None
    claimed_until: datetime | None
    decided_at: datetime | None
    first_approved_by: UUID | None
    name_masked: str
    document_type: str
    document_no_masked: str
    prior_rows_open: int


async def select_queue(
    reader: Reader, wanted: QueueFilter, after: tuple[datetime | None, UUID | None], limit: int
) -> list[QueueRow]:
    """Oldest submission first unless the newest is asked for, after a position."""
    waiting = wanted.states is not None and WAITING.issuperset(wanted.states)
    of_all, of_waiting = (
        (_SELECT_NEWEST, _SELECT_WAITING_NEWEST) if wanted.newest_first else (_SELECT_QUEUE, _SELECT_WAITING)
    )
    rows = await reader.fetch(
        of_waiting if waiting else of_all,
        wanted.institution_id,
        wanted.cycle_id,
        list(wanted.states) if wanted.states is not None else None,
        wanted.text,
        wanted.name_index,
        wanted.document_index,
        wanted.category_code,
        wanted.exam_level,
        wanted.origin,
        wanted.submitted_until,
        wanted.resubmitted,
        wanted.has_prior_rows_open,
        wanted.claimed,
        wanted.reviewer_id,
        *after,
        limit,
        wanted.first_approved,
    )
    return [QueueRow(**row) for row in rows]


async def count_by_state(reader: Reader, institution_id: UUID, cycle_id: UUID | None) -> tuple[dict[str, int], int]:
    """How many declarations of a unit stand where; and how many of those that wait do so for a second look."""
    rows = await reader.fetch(_COUNT_BY_STATE, institution_id, cycle_id)
    return {row["state"]: row["number"] for row in rows}, rows[0]["second_looks"] if rows else 0


async def lock_expired_claims(tx: Transaction, now: datetime, limit: int) -> list[Declaration]:
    """Declarations under review whose claim is over; those somebody works on right now are left out."""
    return _declarations(await tx.fetch(_LOCK_EXPIRED, now, limit))


async def lock_claimed_by(tx: Transaction, staff_id: UUID) -> list[Declaration]:
    """Declarations under review that one reviewer holds."""
    return _declarations(await tx.fetch(_LOCK_CLAIMED_BY, staff_id))


def _declarations(rows: Sequence[Row]) -> list[Declaration]:
    names = [field.name for field in fields(Declaration)]
    return [Declaration(**{**{name: row[name] for name in names}, "state": State(row["state"])}) for row in rows]
