"""Tables exam_body and exam_body_division. Jurisdiction is a path: a body covers all bodies whose path contains it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.institution.domain.exam_body import ExamBody, ExamBodyTaken, Territory
from shared.postgres.transaction import Reader, Transaction

TOLD: Final = "SELECT id FROM exam_body"
"""All that neighbours were told of (M11)."""
_SELECT_THESE: Final = "SELECT * FROM exam_body WHERE id = ANY($1::uuid[])"
_LOCK_TERRITORY: Final = """
SELECT b.*, coalesce((
    SELECT array_agg(d.division_code ORDER BY d.division_code) FROM exam_body_division d WHERE d.exam_body_id = (
        SELECT node.id FROM unnest(b.path) WITH ORDINALITY AS node (id, depth)
        WHERE EXISTS (SELECT FROM exam_body_division own WHERE own.exam_body_id = node.id)
        ORDER BY node.depth DESC LIMIT 1)
    ), '{}') AS territory
FROM exam_body b WHERE b.id = $1 AND b.path @> ARRAY[$2::uuid] FOR SHARE OF b
"""
_SELECT_BY_CODE: Final = "SELECT * FROM exam_body WHERE code = $1"
_SELECT_PAGE: Final = """
SELECT b.*, coalesce((SELECT array_agg(d.division_code ORDER BY d.division_code) FROM exam_body_division d
                      WHERE d.exam_body_id = b.id), '{}') AS territory
FROM exam_body b
WHERE b.path @> ARRAY[$1::uuid] AND ($2::uuid IS NULL OR b.id > $2) AND ($3::text IS NULL OR b.level = $3)
  AND ($4::text IS NULL OR strpos(b.name, $4) > 0 OR starts_with(b.code, $4))
ORDER BY b.id LIMIT $5
"""
_SELECT_FOR_DIVISION: Final = """
SELECT b.* FROM exam_body b JOIN exam_body_division d ON d.exam_body_id = b.id
WHERE b.state = 'active' AND d.division_code IN ($1, left($1, 4) || '00', left($1, 2) || '0000')
ORDER BY cardinality(b.path) DESC, b.code LIMIT 1
"""
_INSERT: Final = """
INSERT INTO exam_body (id, version, level, parent_id, path, code, name, state, created_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_INSERT_DIVISION: Final = "INSERT INTO exam_body_division (exam_body_id, division_code) VALUES ($1, $2)"


async def lock_territory(tx: Transaction, body_id: UUID, scope_id: UUID) -> Territory | None:
    """A body in the scope of another, kept from changing until commit, with the divisions it answers for."""
    row = await tx.fetchrow(_LOCK_TERRITORY, body_id, scope_id)
    return None if row is None else Territory(_body(row), tuple(row["territory"]))


async def select_by_code(reader: Reader, code: str) -> ExamBody | None:
    """The body with this code, whatever its scope; for commands only."""
    row = await reader.fetchrow(_SELECT_BY_CODE, code)
    return None if row is None else _body(row)


async def select_page(
    reader: Reader, scope_id: UUID, after: UUID | None, level: str | None, text: str | None, limit: int
) -> list[Territory]:
    """Bodies of a scope in the order of their creation, with their own divisions only."""
    rows = await reader.fetch(_SELECT_PAGE, scope_id, after, level, text, limit)
    return [Territory(_body(row), tuple(row["territory"])) for row in rows]


async def select_for_division(reader: Reader, division_code: str) -> ExamBody | None:
    """The nearest active body that answers for a division: whom a person may turn to (P4)."""
    row = await reader.fetchrow(_SELECT_FOR_DIVISION, division_code)
    return None if row is None else _body(row)


async def select_these(reader: Reader, ids: Sequence[UUID]) -> list[ExamBody]:
    """Bodies by id, whatever their scope; to tell neighbours of them again."""
    return [_body(row) for row in await reader.fetch(_SELECT_THESE, list(ids))]


async def insert(
    tx: Transaction, body: ExamBody, division_codes: Sequence[str], created_by: UUID | None, now: datetime
) -> None:
    """Add a body. Raises ExamBodyTaken."""
    try:
        await tx.execute(
            _INSERT,
            body.id,
            body.version,
            body.level,
            body.parent_id,
            list(body.path),
            body.code,
            body.name,
            body.state,
            now,
            created_by,
        )
    except asyncpg.UniqueViolationError:
        raise ExamBodyTaken from None
    await tx.executemany(_INSERT_DIVISION, [(body.id, code) for code in division_codes])


def _body(row: Any) -> ExamBody:
    return ExamBody(
        id=row["id"],
        version=row["version"],
        level=row["level"],
        parent_id=row["parent_id"],
        path=tuple(row["path"]),
        code=row["code"],
        name=row["name"],
        state=row["state"],
    )
