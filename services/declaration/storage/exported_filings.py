"""The lists of a jurisdiction in the order of their creation, for exports; jurisdiction is in the statement (B8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.filings import REOPENED_LINES
from services.declaration.storage.site_cycles import FILING_DEADLINE
from shared.postgres.transaction import Reader

_FILTERED: Final = f"""
SELECT l.*, {FILING_DEADLINE}, {REOPENED_LINES}, b.name AS body_name, r.number AS replaces_number
FROM qualified_list l JOIN cycle c ON c.id = l.cycle_id
LEFT JOIN known_exam_body b ON b.exam_body_id = l.filing_body_id
LEFT JOIN qualified_list r ON r.id = l.replaces_id
WHERE l.filing_body_path @> ARRAY[$1::uuid, $2::uuid] AND l.cycle_id = $3
  AND array_position(l.filing_body_path, $1) <= array_position(l.filing_body_path, $2)
  AND (NOT $4 OR l.filing_body_id = $2) AND ($5::text IS NULL OR l.state = $5)
  AND ($6::boolean IS NULL OR l.late = $6) AND ($7::uuid IS NULL OR l.institution_id = $7)
  AND ($8::uuid IS NULL OR l.id > $8)
"""
_SELECT_PAGE: Final = f"""
SELECT * FROM ({_FILTERED}) AS found
WHERE $9::boolean IS NULL OR (reopened > 0) = $9 ORDER BY id LIMIT $10
"""
_COUNT: Final = f"""
SELECT count(*) FROM (
    SELECT * FROM ({_FILTERED}) AS found WHERE $9::boolean IS NULL OR (reopened > 0) = $9 LIMIT $10) AS counted
"""


@dataclass(frozen=True, slots=True)
class FilingFilter:
    """Which lists: of one body with all below it, or only those handed to that body itself (`direct`)."""

    cycle_id: UUID
    body_id: UUID
    direct: bool = False
    state: str | None = None
    late: bool | None = None
    institution_id: UUID | None = None
    reopened: bool | None = None


@dataclass(frozen=True, slots=True)
class ExportedFiling:
    """One list; `reopened` people on it were reopened once."""

    id: UUID
    number: str | None
    kind: str
    edition: int
    replaces_number: str | None
    state: str
    institution_name: str
    body_name: str | None
    exam_year: int
    line_count: int
    provisional_count: int
    reopened: int
    late: bool
    late_permitted_at: datetime | None
    filing_deadline: datetime
    submitted_at: datetime | None
    decided_at: datetime | None


async def select_page(
    reader: Reader, scope_id: UUID, wanted: FilingFilter, after: UUID | None, limit: int
) -> list[ExportedFiling]:
    """Of a body outside the caller's jurisdiction there are none."""
    rows = await reader.fetch(_SELECT_PAGE, *_arguments(scope_id, wanted, after), limit)
    return [ExportedFiling(**{name: row[name] for name in ExportedFiling.__slots__}) for row in rows]


async def count(reader: Reader, scope_id: UUID, wanted: FilingFilter, most: int) -> int:
    """How many there are; stops counting behind `most`."""
    number: int = await reader.fetchval(_COUNT, *_arguments(scope_id, wanted, None), most + 1)
    return number


def _arguments(scope_id: UUID, wanted: FilingFilter, after: UUID | None) -> tuple[object, ...]:
    place = (scope_id, wanted.body_id, wanted.cycle_id, wanted.direct, wanted.state, wanted.late)
    return (*place, wanted.institution_id, after, wanted.reopened)
