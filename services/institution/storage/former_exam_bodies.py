"""Table former_exam_body: what a body was before each change, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.institution.domain.exam_body import ExamBodyState, Level
from services.institution.domain.exam_body_edits import Change
from shared.postgres.transaction import Reader, Transaction

# A term begins where the one before ended, and never ends before it began, whatever the clocks of two processes say.
_INSERT: Final = """
INSERT INTO former_exam_body (exam_body_id, version, valid_from, valid_to, level, parent_id, path, code, name, state,
    division_codes, ended_by_change, changed_by, reason)
SELECT b.id, b.version, since.moment, greatest(since.moment, $2), b.level, b.parent_id, b.path, b.code, b.name, b.state,
    coalesce((SELECT array_agg(d.division_code ORDER BY d.division_code) FROM exam_body_division d
              WHERE d.exam_body_id = b.id), '{}'), $3, $4, $5
FROM exam_body b
CROSS JOIN LATERAL (SELECT coalesce(max(f.valid_to), b.created_at) AS moment FROM former_exam_body f
                    WHERE f.exam_body_id = b.id) since
WHERE b.id = ANY($1::uuid[])
"""
_SELECT_PAGE: Final = """
SELECT f.* FROM former_exam_body f JOIN exam_body b ON b.id = f.exam_body_id
WHERE f.exam_body_id = $1 AND b.path @> ARRAY[$2::uuid] AND ($3::bigint IS NULL OR f.version < $3)
ORDER BY f.version DESC LIMIT $4
"""
_SELECT_CHAIN: Final = """
WITH filing AS (
    SELECT coalesce((SELECT f.filing_body_id FROM former_filing_body f
                     WHERE f.institution_id = i.id AND f.valid_from <= $3 AND f.valid_to > $3), i.filing_body_id) AS id
    FROM institution i
    WHERE i.id = $1 AND i.created_at <= $3 AND (i.filing_body_path @> ARRAY[$2::uuid] OR i.id = $2)
), place AS (
    SELECT coalesce(f.path, b.path) AS path FROM filing JOIN exam_body b USING (id)
    LEFT JOIN former_exam_body f ON f.exam_body_id = b.id AND f.valid_from <= $3 AND f.valid_to > $3
)
SELECT node.id, coalesce(f.level, b.level) AS level, coalesce(f.code, b.code) AS code, coalesce(f.name, b.name) AS name,
    coalesce(f.state, b.state) AS state
FROM place CROSS JOIN unnest(place.path) WITH ORDINALITY AS node (id, depth) JOIN exam_body b ON b.id = node.id
LEFT JOIN former_exam_body f ON f.exam_body_id = b.id AND f.valid_from <= $3 AND f.valid_to > $3
ORDER BY node.depth
"""


@dataclass(frozen=True, slots=True)
class FormerExamBody:
    """One term of a body that is over."""

    version: int
    valid_from: datetime
    valid_to: datetime
    level: Level
    parent_id: UUID | None
    code: str
    name: str
    state: ExamBodyState
    division_codes: tuple[str, ...]
    ended_by_change: Change
    reason: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """A body as it was at a moment."""

    id: UUID
    level: Level
    code: str
    name: str
    state: ExamBodyState


async def insert(
    tx: Transaction, body_ids: Sequence[UUID], change: Change, changed_by: UUID, reason: str, now: datetime
) -> None:
    """Put the present state of bodies into the history; the caller writes the new one after that."""
    await tx.execute(_INSERT, list(body_ids), now, change, changed_by, reason)


async def select_page(
    reader: Reader, body_id: UUID, scope_id: UUID, before: int | None, limit: int
) -> list[FormerExamBody]:
    """Former terms of a body in scope, newest first."""
    rows = await reader.fetch(_SELECT_PAGE, body_id, scope_id, before, limit)
    return [
        FormerExamBody(
            version=row["version"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            level=row["level"],
            parent_id=row["parent_id"],
            code=row["code"],
            name=row["name"],
            state=row["state"],
            division_codes=tuple(row["division_codes"]),
            ended_by_change=row["ended_by_change"],
            reason=row["reason"],
        )
        for row in rows
    ]


async def select_chain(reader: Reader, institution_id: UUID, scope_id: UUID, at: datetime) -> list[Responsible]:
    """The bodies that answered for an institution at a moment, from the zone down to the one it filed with; none
    before the institution was in the library, or when it is outside the scope."""
    return [Responsible(**row) for row in await reader.fetch(_SELECT_CHAIN, institution_id, scope_id, at)]
