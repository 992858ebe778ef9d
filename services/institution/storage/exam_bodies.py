"""Tables exam_body and exam_body_division, read. Jurisdiction is a path: a body covers all whose path contains it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.institution.domain.exam_body import ExamBody, Territory
from services.institution.storage.exam_body_tree import body_of
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

TOLD: Final = "SELECT id FROM exam_body"
"""All that neighbours were told of (M11)."""
_SELECT_THESE: Final = "SELECT * FROM exam_body WHERE id = ANY($1::uuid[])"
_LOCK: Final = "SELECT * FROM exam_body WHERE id = $1 AND path @> ARRAY[$2::uuid] FOR SHARE"
_SELECT_TERRITORY: Final = """
SELECT array_agg(d.division_code ORDER BY d.division_code) FROM exam_body_division d WHERE d.exam_body_id = (
    SELECT node.id FROM unnest($1::uuid[]) WITH ORDINALITY AS node (id, depth)
    WHERE EXISTS (SELECT FROM exam_body_division own WHERE own.exam_body_id = node.id)
    ORDER BY node.depth DESC LIMIT 1)
"""
_SELECT_BY_CODE: Final = "SELECT * FROM exam_body WHERE code = $1"
_SELECT_PAGE: Final = """
SELECT b.*, coalesce((SELECT array_agg(d.division_code ORDER BY d.division_code) FROM exam_body_division d
                      WHERE d.exam_body_id = b.id), '{}') AS territory
FROM exam_body b
WHERE b.path @> ARRAY[$1::uuid] AND ($2::uuid IS NULL OR b.id > $2) AND ($3::text IS NULL OR b.level = $3)
  AND ($4::text IS NULL OR strpos(b.name, $4) > 0 OR starts_with(b.code, $4)) AND ($6::text IS NULL OR b.state = $6)
ORDER BY b.id LIMIT $5
"""
_SELECT: Final = """
SELECT b.*, coalesce((SELECT array_agg(d.division_code ORDER BY d.division_code) FROM exam_body_division d
                      WHERE d.exam_body_id = b.id), '{}') AS territory
FROM exam_body b WHERE b.id = $1 AND b.path @> ARRAY[$2::uuid]
"""
_SELECT_FOR_DIVISION: Final = """
SELECT b.* FROM exam_body b JOIN exam_body_division d ON d.exam_body_id = b.id
WHERE b.state = 'active' AND d.division_code IN ($1, left($1, 4) || '00', left($1, 2) || '0000')
ORDER BY cardinality(b.path) DESC, b.code LIMIT 1
"""


async def lock_territory(tx: Transaction, body_id: UUID, scope_id: UUID) -> Territory | None:
    """A body in the scope of another, kept from changing until commit, with the divisions it answers for.

    Two statements: the divisions are read when no edit is under way any more."""
    row = await tx.fetchrow(_LOCK, body_id, scope_id)
    if row is None:
        return None
    return Territory(body_of(row), tuple(await tx.fetchval(_SELECT_TERRITORY, row["path"]) or ()))


async def select_by_code(reader: Reader, code: str) -> ExamBody | None:
    """The body with this code, whatever its scope; for commands only."""
    row = await reader.fetchrow(_SELECT_BY_CODE, code)
    return None if row is None else body_of(row)


async def select_page(
    reader: Reader,
    scope_id: UUID,
    after: UUID | None,
    level: str | None,
    text: str | None,
    limit: int,
    state: str | None = None,
) -> list[Territory]:
    """Bodies of a scope in the order of their creation, with their own divisions only."""
    rows = await reader.fetch(_SELECT_PAGE, scope_id, after, level, text, limit, state)
    return [Territory(body_of(row), tuple(row["territory"])) for row in rows]


async def select(reader: Reader, body_id: UUID, scope_id: UUID) -> Territory:
    """One body in a scope, with its own divisions only. Raises NotFound."""
    if (row := await reader.fetchrow(_SELECT, body_id, scope_id)) is None:
        raise NotFound
    return Territory(body_of(row), tuple(row["territory"]))


async def select_for_division(reader: Reader, division_code: str) -> ExamBody | None:
    """The nearest active body that answers for a division: whom a person may turn to (P4)."""
    row = await reader.fetchrow(_SELECT_FOR_DIVISION, division_code)
    return None if row is None else body_of(row)


async def select_these(reader: Reader, ids: Sequence[UUID]) -> list[ExamBody]:
    """Bodies by id, whatever their scope; to tell neighbours of them again."""
    return [body_of(row) for row in await reader.fetch(_SELECT_THESE, list(ids))]
