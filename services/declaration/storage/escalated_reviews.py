"""Reviews that an exam body was told of because their unit does not answer; jurisdiction is in the statement (P6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

_SELECT_PAGE_IN_SCOPE: Final = """
SELECT d.id, d.number, d.state, d.cycle_year, d.exam_level, d.exam_category_code, d.institution_id,
       i.name AS institution_name, p.name_masked, d.submission, d.submitted_at, d.claimed_until, n.told_at
FROM known_institution i
JOIN declaration d ON d.institution_id = i.institution_id AND d.state IN ('submitted', 'under_review')
JOIN review_notice n ON n.declaration_id = d.id AND n.submission = d.submission AND n.step = 'escalated'
JOIN known_person p ON p.person_id = d.person_id
WHERE i.filing_body_path @> ARRAY[$1::uuid] AND ($2::uuid IS NULL OR d.cycle_id = $2)
  AND ($3::uuid IS NULL OR d.institution_id = $3) AND ($4::text IS NULL OR d.state = $4)
  AND ($5::text IS NULL OR position(lower($5) IN lower(i.name)) > 0 OR d.number = upper($5))
  AND ($6::timestamptz IS NULL OR (d.submitted_at, d.id) > ($6, $7::uuid))
ORDER BY d.submitted_at, d.id LIMIT $8
"""


@dataclass(frozen=True, slots=True)
class EscalatedFilter:
    """What to list; None does not filter. `text`: part of an institution's name, or a receipt number."""

    cycle_id: UUID | None = None
    institution_id: UUID | None = None
    state: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class EscalatedReview:
    """One declaration that still waits; `told_at`: when the exam body heard."""

    id: UUID
    number: str
    state: str
    cycle_year: int
    exam_level: str
    exam_category_code: str
    institution_id: UUID
    institution_name: str
    name_masked: str
    submission: int
    submitted_at: datetime
    claimed_until: datetime | None
    told_at: datetime


async def select_page_in_scope(
    reader: Reader,
    scope_id: UUID | None,
    wanted: EscalatedFilter,
    after: tuple[datetime | None, UUID | None],
    limit: int,
) -> list[EscalatedReview]:
    """The one that waits longest first, of the units below an exam body."""
    filters = (wanted.cycle_id, wanted.institution_id, wanted.state, wanted.text)
    rows = await reader.fetch(_SELECT_PAGE_IN_SCOPE, scope_id, *filters, *after, limit)
    return [EscalatedReview(**dict(row)) for row in rows]
