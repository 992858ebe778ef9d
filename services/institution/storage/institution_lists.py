"""Lists of institutions: an exam body's library. What any person may search is in institution_search."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.institution.domain.names import name_key
from shared.postgres.transaction import Reader

# Two statements: one that names the gram index and one that does not, so that neither depends on a generic plan.
_SELECT_PAGE: Final = """
SELECT i.id, i.version, i.state, i.name, i.institution_type, i.grade, i.division_code, d.name AS division_name,
    i.registration_no, i.filing_body_id, i.profile_complete, i.created_at
FROM institution i JOIN division d ON d.code = i.division_code
WHERE i.filing_body_path @> ARRAY[$1::uuid] AND ($2::uuid IS NULL OR i.id > $2)
  AND i.state <> ALL ('{draft,submitted,under_review,returned,rejected}')
  AND ($3::text IS NULL OR i.state = $3) AND ($4::text IS NULL OR i.institution_type = $4)
ORDER BY i.id LIMIT $5
"""
_SELECT_PAGE_BY_NAME: Final = """
SELECT i.id, i.version, i.state, i.name, i.institution_type, i.grade, i.division_code, d.name AS division_name,
    i.registration_no, i.filing_body_id, i.profile_complete, i.created_at
FROM institution i JOIN division d ON d.code = i.division_code
WHERE i.filing_body_path @> ARRAY[$1::uuid] AND ($2::uuid IS NULL OR i.id > $2)
  AND i.state <> ALL ('{draft,submitted,under_review,returned,rejected}')
  AND ($3::text IS NULL OR i.state = $3) AND ($4::text IS NULL OR i.institution_type = $4)
  AND i.name_grams @> name_grams($6) AND strpos(i.name_key, $6) > 0
ORDER BY i.id LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class InstitutionLine:
    """One line of a list."""

    id: UUID
    version: int
    state: str
    name: str
    institution_type: str
    grade: str | None
    division_code: str
    division_name: str
    registration_no: str | None
    filing_body_id: UUID
    profile_complete: bool


async def select_page(
    reader: Reader,
    scope_id: UUID,
    after: UUID | None,
    limit: int,
    *,
    state: str | None = None,
    institution_type: str | None = None,
    text: str | None = None,
) -> list[InstitutionLine]:
    """An exam body's institutions in the order of their creation; `text` is any part of the name, two characters up."""
    arguments = (scope_id, after, state, institution_type, limit)
    if text is None:
        rows = await reader.fetch(_SELECT_PAGE, *arguments)
    else:
        rows = await reader.fetch(_SELECT_PAGE_BY_NAME, *arguments, name_key(text))
    return [_line(row) for row in rows]


def _line(row: Any) -> InstitutionLine:
    return InstitutionLine(
        id=row["id"],
        version=row["version"],
        state=row["state"],
        name=row["name"],
        institution_type=row["institution_type"],
        grade=row["grade"],
        division_code=row["division_code"],
        division_name=row["division_name"],
        registration_no=row["registration_no"],
        filing_body_id=row["filing_body_id"],
        profile_complete=row["profile_complete"],
    )
