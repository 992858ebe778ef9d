"""Tables exam_body and exam_body_division as a tree that is edited: one edit of a zone at a time."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from services.institution.domain.exam_body import ExamBody, ExamBodyTaken, Territory
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction

# The zone's row is the turnstile. Those who only rely on a body lock it FOR SHARE, which this keeps waiting.
_LOCK_ZONE: Final = """
SELECT z.id FROM exam_body z
WHERE z.id = (SELECT b.path[1] FROM exam_body b WHERE b.id = $1 AND b.path @> ARRAY[$2::uuid]) FOR NO KEY UPDATE
"""
_LOCK_SUBTREE: Final = "SELECT id FROM exam_body WHERE path @> ARRAY[$1::uuid] ORDER BY id FOR NO KEY UPDATE"
_SELECT_ZONE: Final = """
SELECT b.*, coalesce((SELECT array_agg(d.division_code ORDER BY d.division_code) FROM exam_body_division d
                      WHERE d.exam_body_id = b.id), '{}') AS territory
FROM exam_body b WHERE b.path @> ARRAY[$1::uuid] ORDER BY cardinality(b.path), b.code
"""
_INSERT: Final = """
INSERT INTO exam_body (id, version, level, parent_id, path, code, name, state, created_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_UPDATE: Final = """
UPDATE exam_body SET version = $2, parent_id = $3, path = $4, name = $5, state = $6, successor_id = $7 WHERE id = $1
"""
_DELETE_DIVISIONS: Final = "DELETE FROM exam_body_division WHERE exam_body_id = $1"
_INSERT_DIVISIONS: Final = """
INSERT INTO exam_body_division (exam_body_id, division_code) SELECT $1, unnest($2::text[])
"""


async def lock_zone(tx: Transaction, body_id: UUID, scope_id: UUID) -> UUID:
    """Wait until no other edit is under way in the zone of a body in scope; the zone's id. Raises NotFound."""
    zone_id: UUID | None = await tx.fetchval(_LOCK_ZONE, body_id, scope_id)
    if zone_id is None:
        raise NotFound
    return zone_id


async def lock_subtree(tx: Transaction, body_id: UUID) -> None:
    """Keep everybody waiting who is about to rely on the body or one below it. The zone's row is locked."""
    await tx.fetch(_LOCK_SUBTREE, body_id)


async def select_subtree(reader: Reader, body_id: UUID) -> list[Territory]:
    """The body and all below it, from above downwards, whatever their state, with their own divisions only."""
    return [_territory(row) for row in await reader.fetch(_SELECT_ZONE, body_id)]


async def insert(tx: Transaction, new: Territory, created_by: UUID | None, now: datetime) -> None:
    """Add a body with its divisions. Raises ExamBodyTaken."""
    body = new.body
    values = (body.id, body.version, body.level, body.parent_id, list(body.path), body.code, body.name, body.state)
    try:
        await tx.execute(_INSERT, *values, now, created_by)
    except asyncpg.UniqueViolationError:
        raise ExamBodyTaken from None
    await tx.execute(_INSERT_DIVISIONS, body.id, list(new.division_codes))


async def update(tx: Transaction, changed: Territory) -> None:
    """Write name, place, state, successor and divisions of a body. Raises ExamBodyTaken."""
    body = changed.body
    values = (body.id, body.version, body.parent_id, list(body.path), body.name, body.state, body.successor_id)
    try:
        await tx.execute(_UPDATE, *values)
    except asyncpg.UniqueViolationError:
        raise ExamBodyTaken from None
    await tx.execute(_DELETE_DIVISIONS, body.id)
    await tx.execute(_INSERT_DIVISIONS, body.id, list(changed.division_codes))


def body_of(row: Row) -> ExamBody:
    """A row of exam_body as the domain takes it."""
    return ExamBody(
        id=row["id"],
        version=row["version"],
        level=row["level"],
        parent_id=row["parent_id"],
        path=tuple(row["path"]),
        code=row["code"],
        name=row["name"],
        state=row["state"],
        successor_id=row["successor_id"],
    )


def _territory(row: Row) -> Territory:
    return Territory(body_of(row), tuple(row["territory"]))
