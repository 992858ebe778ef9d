"""Which exam body an institution files with: columns of institution, and table former_filing_body with their past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction

# What was merged, closed or rejected stays with the body that answered for it then.
_COUNT_HOUSED: Final = """
SELECT filing_body_id, division_code, count(*) AS institutions FROM institution
WHERE filing_body_path @> ARRAY[$1::uuid] AND state NOT IN ('rejected', 'merged', 'closed')
GROUP BY filing_body_id, division_code
"""
_LOCK_HOUSED: Final = """
SELECT id FROM institution WHERE filing_body_id = $1 AND state NOT IN ('rejected', 'merged', 'closed')
ORDER BY id FOR UPDATE
"""
_INSERT_FORMER: Final = """
INSERT INTO former_filing_body (id, institution_id, filing_body_id, valid_from, valid_to, changed_by, reason)
SELECT terms.id, i.id, i.filing_body_id, since.moment, greatest(since.moment, $3), $4, $5
FROM unnest($1::uuid[], $2::uuid[]) AS terms (id, institution_id) JOIN institution i ON i.id = terms.institution_id
CROSS JOIN LATERAL (SELECT coalesce(max(f.valid_to), i.created_at) AS moment FROM former_filing_body f
                    WHERE f.institution_id = i.id) since
"""
_UPDATE: Final = """
UPDATE institution i SET filing_body_id = b.id, filing_body_path = b.path, version = i.version + 1, updated_at = $3
FROM exam_body b WHERE b.id = $2 AND i.id = ANY($1::uuid[])
"""
_UPDATE_PATHS: Final = """
UPDATE institution i SET filing_body_path = b.path, version = i.version + 1, updated_at = $2
FROM exam_body b
WHERE b.id = ANY($1::uuid[]) AND i.filing_body_id = b.id AND i.filing_body_path <> b.path RETURNING i.id
"""
_SELECT_PAGE: Final = """
SELECT f.id, f.filing_body_id, b.name AS filing_body_name, f.valid_from, f.valid_to, f.reason
FROM former_filing_body f JOIN institution i ON i.id = f.institution_id JOIN exam_body b ON b.id = f.filing_body_id
WHERE f.institution_id = $1 AND (i.filing_body_path @> ARRAY[$2::uuid] OR i.id = $2)
  AND ($3::uuid IS NULL OR f.id < $3)
ORDER BY f.id DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class FormerFilingBody:
    """A body that an institution filed with, and until when."""

    id: UUID
    filing_body_id: UUID
    filing_body_name: str
    valid_from: datetime
    valid_to: datetime
    reason: str


async def count_housed(reader: Reader, node_id: UUID) -> dict[tuple[UUID, str], int]:
    """Living institutions in the subtree of a body, by filing body and division."""
    rows = await reader.fetch(_COUNT_HOUSED, node_id)
    return {(row["filing_body_id"], row["division_code"]): row["institutions"] for row in rows}


async def lock_housed(tx: Transaction, body_id: UUID) -> list[UUID]:
    """The living institutions that file with a body, locked."""
    return [row["id"] for row in await tx.fetch(_LOCK_HOUSED, body_id)]


async def update(
    tx: Transaction, institution_ids: Sequence[UUID], to_id: UUID, changed_by: UUID, reason: str, now: datetime
) -> None:
    """Send locked institutions to another body and keep with whom they filed until now."""
    ids = list(institution_ids)
    await tx.execute(_INSERT_FORMER, [new_id() for _ in ids], ids, now, changed_by, reason)
    await tx.execute(_UPDATE, ids, to_id, now)


async def update_paths(tx: Transaction, body_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Let institutions follow bodies that were moved; the ids of those that did."""
    return [row["id"] for row in await tx.fetch(_UPDATE_PATHS, list(body_ids), now)]


async def select_page(
    reader: Reader, institution_id: UUID, scope_id: UUID, before: UUID | None, limit: int
) -> list[FormerFilingBody]:
    """With whom an institution in scope filed before, newest first."""
    return [
        FormerFilingBody(**row) for row in await reader.fetch(_SELECT_PAGE, institution_id, scope_id, before, limit)
    ]
