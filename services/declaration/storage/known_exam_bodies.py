"""Rows of `known_exam_body`: the tree of exam bodies, learned from institution's events."""

from typing import Final
from uuid import UUID

from shared.contracts.institution import ExamBodyChanged
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

KNOWN: Final = "SELECT exam_body_id AS id FROM known_exam_body"
"""What is known of it, to compare with what was told (M11)."""
_UPSERT: Final = """
INSERT INTO known_exam_body AS known (exam_body_id, version, code, name, level, parent_id, path, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (exam_body_id) DO UPDATE
SET version = excluded.version, code = excluded.code, name = excluded.name, level = excluded.level,
    parent_id = excluded.parent_id, path = excluded.path, state = excluded.state
WHERE known.version < excluded.version
"""
_SELECT_PATH: Final = "SELECT path FROM known_exam_body WHERE exam_body_id = $1 AND path @> ARRAY[$2::uuid]"


async def upsert(tx: Transaction, event: ExamBodyChanged) -> None:
    """Newer wins."""
    await tx.execute(
        _UPSERT,
        event.exam_body_id,
        event.aggregate_version,
        event.code,
        event.name,
        event.level,
        event.parent_id,
        list(event.path),
        event.state,
    )


async def select_path(reader: Reader, scope_id: UUID, body_id: UUID) -> list[UUID]:
    """The path of a body that lies in a jurisdiction, from the zone down to itself. Raises NotFound."""
    path: list[UUID] | None = await reader.fetchval(_SELECT_PATH, body_id, scope_id)
    if path is None:
        raise NotFound
    return path
