"""Institutions and applications that could be the same as one that asks to be taken in (B7)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.institution.domain.institution import Institution
from shared.postgres.transaction import Reader

# Each part is served by an index; a county has hundreds of institutions, a large one some thousands.
_SELECT: Final = """
WITH candidate AS (
    SELECT id FROM institution
    WHERE credit_code = $3 AND state IN ('issued', 'profile_incomplete', 'active', 'suspended')
    UNION
    SELECT id FROM institution
    WHERE registration_no = $4 AND state IN ('issued', 'profile_incomplete', 'active', 'suspended')
    UNION
    SELECT id FROM institution
    WHERE division_code = $2 AND state IN ('issued', 'profile_incomplete', 'active', 'suspended')
    UNION
    SELECT i.id FROM institution_application a JOIN institution i ON i.id = a.institution_id
    WHERE i.state IN ('submitted', 'under_review', 'returned')
      AND (i.division_code = $2 OR i.credit_code = $3 OR i.registration_no = $4)
)
SELECT i.id, i.state, i.name, i.division_code, i.division_code = $2 AS same_county,
    coalesce(i.credit_code = $3, false) AS same_credit_code,
    coalesce(i.registration_no = $4, false) AS same_registration_no
FROM candidate JOIN institution i USING (id) WHERE i.id <> $1
"""


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """One that shares the county or a number."""

    id: UUID
    state: str
    name: str
    division_code: str
    same_county: bool
    same_credit_code: bool
    same_registration_no: bool


async def select_around(reader: Reader, institution: Institution) -> list[SimilarRow]:
    """All of the county, and whoever has one of the numbers, wherever it is."""
    rows = await reader.fetch(
        _SELECT, institution.id, institution.division_code, institution.credit_code, institution.registration_no
    )
    return [SimilarRow(**dict(row)) for row in rows]
