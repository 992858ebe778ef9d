"""Rows of `status_change`: which records changed, in an order no late committer breaks (4.10). Triggers write them, and
`insert` where what changed is sealed.

A position alone would skip whoever drew a lower one and commits later. So rows are read in the order of the
transactions that wrote them, and only those of transactions older than every one that is still under way."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_SELECT_PAGE: Final = """
SELECT h.horizon::text::bigint AS horizon, c.*
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon) h
LEFT JOIN LATERAL (
    SELECT s.written_in::text::bigint AS written_in, s.position, s.declaration_id FROM status_change s
    WHERE (s.written_in, s.position) > (($1::bigint)::text::xid8, $2::bigint) AND s.written_in < h.horizon
      AND ($3::uuid IS NULL OR s.bodies @> ARRAY[$3])
    ORDER BY s.written_in, s.position LIMIT $4
) c ON true
"""
_INSERT: Final = """
INSERT INTO status_change (declaration_id, bodies)
SELECT d.id, status_bodies(ARRAY[d.institution_id]) FROM declaration d WHERE d.id = $1
"""
_MOST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands who follows the changes: after this row of this transaction."""

    written_in: int
    position: int


START: Final = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Changes:
    """Records that changed, each once, in the order of their last change; and where to go on. `complete`: nothing more
    is settled by now."""

    declaration_ids: list[UUID]
    place: Place
    complete: bool


async def insert(tx: Transaction, declaration_id: UUID) -> None:
    """A change in the sealed content of a locked declaration, which no trigger sees."""
    await tx.execute(_INSERT, declaration_id)


async def select_page(reader: Reader, scope_id: UUID | None, after: Place, limit: int) -> Changes | None:
    """Up to `limit` changes after a place, of records that stand or stood in the client's scope; None after a place
    that no page of this cluster ended with."""
    if not all(0 <= part <= _MOST for part in (after.written_in, after.position)):
        return None
    rows = await reader.fetch(_SELECT_PAGE, after.written_in, after.position, scope_id, limit)
    horizon = rows[0]["horizon"]
    if after.written_in > horizon:
        return None
    rows = [row for row in rows if row["declaration_id"] is not None]
    last = {row["declaration_id"]: number for number, row in enumerate(rows)}
    complete = len(rows) < limit
    # Everything below the horizon was seen: the rows of others, that the scope left out, too.
    place = Place(horizon, 0) if complete else Place(rows[-1]["written_in"], rows[-1]["position"])
    return Changes(sorted(last, key=last.__getitem__), place, complete)
