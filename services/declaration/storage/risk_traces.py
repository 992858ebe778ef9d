"""Rows of `risk_guidance` and `risk_text`: what of sealed declarations has to be found from others, as keyed hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader, Transaction

_DELETE_GUIDANCE: Final = """
DELETE FROM risk_guidance WHERE declaration_id = ANY ($1::uuid[]) RETURNING certificate_index
"""
_INSERT_GUIDANCE: Final = """
INSERT INTO risk_guidance (declaration_id, place, cycle_id, certificate_index, first_day, last_day)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_SELECT_GUIDES: Final = "SELECT supervisor_id FROM known_supervisor WHERE certificate_index = ANY ($1::bytea[])"
_DELETE_TEXTS: Final = "DELETE FROM risk_text WHERE declaration_id = ANY ($1::uuid[])"
_INSERT_TEXT: Final = """
INSERT INTO risk_text (declaration_id, source, cycle_id, institution_id, bands) VALUES ($1, $2, $3, $4, $5)
"""
# The most similar are not known before they are opened: of a few hundred, those that share most bands come first. A
# phrase that thousands use is known for one by then, and sorting them all for each of them would grow with the square.
_SELECT_MEETING: Final = """
SELECT mine.declaration_id, mine.source, theirs.declaration_id AS other_id
FROM risk_text mine
CROSS JOIN LATERAL (
    SELECT t.declaration_id FROM (
        SELECT o.declaration_id, o.bands FROM risk_text o
        WHERE o.bands && mine.bands AND o.cycle_id = mine.cycle_id AND o.source = mine.source
          AND o.institution_id <> mine.institution_id
        LIMIT $3
    ) t
    ORDER BY cardinality(ARRAY(SELECT unnest(t.bands) INTERSECT SELECT unnest(mine.bands))) DESC, t.declaration_id
    LIMIT $2
) theirs
WHERE mine.declaration_id = ANY ($1::uuid[])
"""
_MEASURED: Final = 300


@dataclass(frozen=True, slots=True)
class GuidedRow:
    """A supervisor of a row, by keyed hash; `place` numbers them within the declaration."""

    declaration_id: UUID
    place: int
    cycle_id: UUID
    certificate_index: bytes
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class TextTrace:
    """A text of a declaration (`source`: summary or opinion) as the bands in which it meets its like."""

    declaration_id: UUID
    source: str
    cycle_id: UUID
    institution_id: UUID
    bands: list[bytes]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two texts of a kind that share a band."""

    declaration_id: UUID
    source: str
    other_id: UUID


async def update_guidance(tx: Transaction, declaration_ids: Sequence[UUID], rows: Sequence[GuidedRow]) -> list[UUID]:
    """Write these instead of what was known of the declarations; the supervisors on rosters whom that concerns."""
    before = await tx.fetch(_DELETE_GUIDANCE, list(declaration_ids))
    await tx.executemany(_INSERT_GUIDANCE, [tuple(getattr(one, name) for name in GuidedRow.__slots__) for one in rows])
    indexes = {row["certificate_index"] for row in before} | {one.certificate_index for one in rows}
    return [row["supervisor_id"] for row in await tx.fetch(_SELECT_GUIDES, list(indexes))]


async def update_texts(tx: Transaction, declaration_ids: Sequence[UUID], traces: Sequence[TextTrace]) -> None:
    """Write these instead of what was known of the declarations."""
    await tx.execute(_DELETE_TEXTS, list(declaration_ids))
    await tx.executemany(_INSERT_TEXT, [tuple(getattr(one, name) for name in TextTrace.__slots__) for one in traces])


async def select_meetings(reader: Reader, declaration_ids: Sequence[UUID], most: int) -> list[Meeting]:
    """Texts of declarations at other institutions that share a band, at most so many to each."""
    return [Meeting(**row) for row in await reader.fetch(_SELECT_MEETING, list(declaration_ids), most, _MEASURED)]
