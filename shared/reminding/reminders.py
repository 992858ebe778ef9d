"""Table reminder of every service: what was told of which end. The key makes each step of it once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO reminder (kind, subject, ends_at, step, told_at)
SELECT $1, o.subject, o.ends_at, $4, $5 FROM unnest($2::uuid[], $3::timestamptz[]) AS o (subject, ends_at)
ON CONFLICT ON CONSTRAINT pk__reminder__kind_subject_ends_at_step DO NOTHING
RETURNING subject, ends_at
"""
_DELETE: Final = """
DELETE FROM reminder r USING unnest($2::uuid[], $3::timestamptz[]) AS o (subject, ends_at)
WHERE r.kind = $1 AND r.subject = o.subject AND r.ends_at = o.ends_at AND r.step = $4
"""


def untold(kind: str, subject: str, ends_at: str, step: str) -> str:
    """The condition, for a query of a service, that nothing as urgent was told yet: `subject`, `ends_at` and `step` are
    SQL. What was told at a more urgent step is not told again when the steps change."""
    return f"""NOT EXISTS (
    SELECT FROM reminder r
    WHERE r.kind = '{kind}' AND r.subject = {subject} AND r.ends_at = {ends_at} AND r.step <= {step})"""


async def insert(
    tx: Transaction, kind: str, step: int, ends: Sequence[tuple[UUID, datetime]], now: datetime
) -> set[tuple[UUID, datetime]]:
    """Those of (subject, end) that nobody told at this step before; the others are somebody else's."""
    subjects, moments = [one for one, _ in ends], [one for _, one in ends]
    rows = await tx.fetch(_INSERT, kind, subjects, moments, step, now)
    return {(row["subject"], row["ends_at"]) for row in rows}


async def delete(tx: Transaction, kind: str, step: int, ends: Sequence[tuple[UUID, datetime]]) -> None:
    """Those of (subject, end) count as untold at this step again: nobody could be told."""
    subjects, moments = [one for one, _ in ends], [one for _, one in ends]
    await tx.execute(_DELETE, kind, subjects, moments, step)
