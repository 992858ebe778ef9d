"""Rows of `site_cycle`: what exam sites set for an exam year, and how it reaches a unit through its filing body."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.cycle import SiteDates
from services.declaration.domain.site_cycle import SiteCycle, SiteRigour
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Row, Transaction

SITE_OF_UNIT: Final = """
LEFT JOIN LATERAL (
    SELECT o.exam_body_id, o.declaration_closes_at, o.review_deadline, o.filing_deadline, o.supervisor_category,
           o.second_reviewer
    FROM site_cycle o
    WHERE o.cycle_id = c.id AND o.exam_body_id = ANY (i.filing_body_path) LIMIT 1
) site ON true
"""
"""Joined to a cycle `c` and the unit `i`: no row for units that file with the zone itself."""
SITE_COLUMNS: Final = """
site.declaration_closes_at AS site_closes_at, site.review_deadline AS site_review_deadline,
site.filing_deadline AS site_filing_deadline, site.supervisor_category
"""
FILING_DEADLINE: Final = """
LEAST(c.filing_deadline, (
    SELECT min(o.filing_deadline)
    FROM known_institution k JOIN site_cycle o ON o.exam_body_id = ANY (k.filing_body_path)
    WHERE k.institution_id = l.institution_id AND o.cycle_id = l.cycle_id)) AS filing_deadline
"""
"""The deadline that holds for the unit of a list `l` in a cycle `c`."""

_SELECT_PAGE: Final = """
SELECT b.exam_body_id, b.name, coalesce(o.version, 0) AS version, o.declaration_closes_at AS site_closes_at,
       o.review_deadline AS site_review_deadline, o.filing_deadline AS site_filing_deadline,
       coalesce(o.supervisor_category, 'refuse') AS supervisor_category,
       coalesce(o.second_reviewer, false) AS second_reviewer
FROM known_exam_body b LEFT JOIN site_cycle o ON o.exam_body_id = b.exam_body_id AND o.cycle_id = $1
WHERE b.level = 'site' AND b.state = 'active' AND b.path @> ARRAY[$2::uuid]
  AND ($3::uuid IS NULL OR b.exam_body_id > $3) AND (NOT $4 OR o.version IS NOT NULL)
  AND ($5::text IS NULL OR strpos(b.name, $5) > 0 OR starts_with(b.code, $5))
ORDER BY b.exam_body_id LIMIT $6
"""
# Whoever sets anything holds the lock of the cycle, so the row itself needs none.
_SELECT_IN_SCOPE: Final = """
SELECT b.exam_body_id, b.name, coalesce(o.version, 0) AS version, o.declaration_closes_at AS site_closes_at,
       o.review_deadline AS site_review_deadline, o.filing_deadline AS site_filing_deadline,
       coalesce(o.supervisor_category, 'refuse') AS supervisor_category,
       coalesce(o.second_reviewer, false) AS second_reviewer
FROM known_exam_body b LEFT JOIN site_cycle o ON o.exam_body_id = b.exam_body_id AND o.cycle_id = $1
WHERE b.exam_body_id = $2 AND b.level = 'site' AND b.state = 'active' AND b.path @> ARRAY[$3::uuid]
"""
_UPSERT: Final = """
INSERT INTO site_cycle AS o (cycle_id, exam_body_id, version, declaration_closes_at, review_deadline, filing_deadline,
                             supervisor_category, second_reviewer, updated_at)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)
ON CONFLICT (cycle_id, exam_body_id) DO UPDATE
SET version = o.version + 1, declaration_closes_at = excluded.declaration_closes_at,
    review_deadline = excluded.review_deadline, filing_deadline = excluded.filing_deadline,
    supervisor_category = excluded.supervisor_category, second_reviewer = excluded.second_reviewer,
    updated_at = excluded.updated_at
RETURNING version
"""
_COUNT_CLOSED_BY: Final = """
SELECT count(*) FROM site_cycle
WHERE cycle_id = $1 AND LEAST(declaration_closes_at, review_deadline, filing_deadline) <= $2
"""


async def select_page(
    reader: Reader, cycle_id: UUID, scope_id: UUID, after: UUID | None, is_set: bool, text: str | None, limit: int
) -> list[SiteCycle]:
    """The sites below an exam body with what they have set; `is_set` leaves out those that set nothing."""
    rows = await reader.fetch(_SELECT_PAGE, cycle_id, scope_id, after, is_set, text, limit)
    return [_site_cycle(row) for row in rows]


async def select_in_scope(
    tx: Transaction, cycle_id: UUID, exam_body_id: UUID, scope_id: UUID | None, expected_version: int
) -> SiteCycle:
    """One site below an exam body, under the lock of the cycle. Raises NotFound, StaleVersion."""
    if (row := await tx.fetchrow(_SELECT_IN_SCOPE, cycle_id, exam_body_id, scope_id)) is None:
        raise NotFound
    found = _site_cycle(row)
    if found.version != expected_version:
        raise StaleVersion(current=found.version, state="set" if found.version else "as_zone")
    return found


async def upsert(
    tx: Transaction, cycle_id: UUID, exam_body_id: UUID, dates: SiteDates, rigour: SiteRigour, at: datetime
) -> int:
    """Write what a site sets; the new version."""
    moments = (dates.declaration_closes_at, dates.review_deadline, dates.filing_deadline)
    how = (rigour.supervisor_category, rigour.second_reviewer)
    version: int = await tx.fetchval(_UPSERT, cycle_id, exam_body_id, *moments, *how, at)
    return version


async def count_closed_by(tx: Transaction, cycle_id: UUID, moment: datetime) -> int:
    """At how many sites declarations are closed at a moment, by their own dates."""
    number: int = await tx.fetchval(_COUNT_CLOSED_BY, cycle_id, moment)
    return number


def site_dates_of(row: Row) -> SiteDates:
    """From a row with the columns of SITE_COLUMNS."""
    return SiteDates(row["site_closes_at"], row["site_review_deadline"], row["site_filing_deadline"])


def _site_cycle(row: Row) -> SiteCycle:
    rigour = SiteRigour(row["supervisor_category"], row["second_reviewer"])
    return SiteCycle(row["exam_body_id"], row["name"], row["version"], site_dates_of(row), rigour)
