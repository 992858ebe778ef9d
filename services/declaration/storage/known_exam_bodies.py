"""Rows of `known_exam_body`: the tree of exam bodies, learned from institution's events."""

from typing import Final

from shared.contracts.institution import ExamBodyChanged
from shared.postgres.transaction import Transaction

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
