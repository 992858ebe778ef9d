"""The people, units and exam bodies that a change of dates concerns: counted, and taken slice by slice (P16)."""

from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.declaration.domain.announcement import Announcement, Slice, Stage
from services.declaration.domain.told_dates import Recipient
from services.declaration.storage.announcements import Unplanned
from services.declaration.storage.site_cycles import SITE_COLUMNS, SITE_OF_UNIT, site_dates_of
from shared.postgres.transaction import Transaction

# Of the filed ones the provisional ones still have a year to complete.
_CONCERNED: Final = """
d.state NOT IN ('lapsed', 'revoked') AND (d.state <> 'filed' OR EXISTS (
    SELECT FROM evaluation e WHERE e.declaration_id = d.id AND e.state = 'provisional_certified'))
"""
_HAS_NOT_READ: Final = """
CASE WHEN d.dates_as_of IS NULL THEN d.created_at <= (SELECT a.made_at FROM announcement a WHERE a.id = $2)
     ELSE d.dates_as_of < $2 END
"""
# Who began when the change held already has read the new dates: what held then stands in the row. Rows from before that
# was kept are told apart by their time. While a declaration can be edited, its unit is the bound
# one; the unique key of person and cycle gives the order.
_CANDIDATES: Final = f"""
SELECT d.person_id AS id, d.created_at AS since, d.dates_as_of AS as_of, site.exam_body_id AS site_id, {SITE_COLUMNS}
FROM declaration d JOIN cycle c ON c.id = d.cycle_id
LEFT JOIN LATERAL (
    SELECT k.institution_id FROM known_binding k
    WHERE k.person_id = d.person_id AND k.state IN ('active', 'frozen')
      AND d.state IN ('draft', 'withdrawn', 'returned', 'modification_allowed')
    ORDER BY k.bound_at DESC LIMIT 1
) b ON true
LEFT JOIN known_institution i ON i.institution_id = coalesce(b.institution_id, d.institution_id) {SITE_OF_UNIT}
WHERE d.cycle_id = $1 AND {_CONCERNED} AND {_HAS_NOT_READ}
  AND ($3::uuid IS NULL OR i.filing_body_path @> ARRAY[$3]) AND ($4::uuid IS NULL OR d.person_id > $4)
  AND ($5::uuid IS NULL OR d.person_id <= $5)
ORDER BY d.person_id
"""
_UNITS: Final = f"""
SELECT i.institution_id AS id, NULL::timestamptz AS since, NULL::uuid AS as_of, site.exam_body_id AS site_id,
       {SITE_COLUMNS}
FROM known_institution i JOIN cycle c ON c.id = $1 {SITE_OF_UNIT}
WHERE i.state = 'active' AND $2::uuid IS NOT NULL
  AND ($3::uuid IS NULL OR i.filing_body_path @> ARRAY[$3]) AND ($4::uuid IS NULL OR i.institution_id > $4)
  AND ($5::uuid IS NULL OR i.institution_id <= $5)
ORDER BY i.institution_id
"""
# The zone hears of what its sites change.
_BODIES: Final = f"""
SELECT i.id, NULL::timestamptz AS since, NULL::uuid AS as_of, site.exam_body_id AS site_id,
       {SITE_COLUMNS}
FROM (SELECT b.exam_body_id AS id, b.path AS filing_body_path, b.level, b.state FROM known_exam_body b) i
JOIN cycle c ON c.id = $1 {SITE_OF_UNIT}
WHERE i.state = 'active' AND $2::uuid IS NOT NULL
  AND ($3::uuid IS NULL OR i.filing_body_path @> ARRAY[$3] OR i.level = 'zone') AND ($4::uuid IS NULL OR i.id > $4)
  AND ($5::uuid IS NULL OR i.id <= $5)
ORDER BY i.id
"""
# Where the zone moved its dates, nobody's unit has to be looked up to be counted.
_CANDIDATE_IDS: Final = f"""
SELECT d.person_id AS id FROM declaration d
WHERE d.cycle_id = $1 AND {_CONCERNED} AND {_HAS_NOT_READ}
  AND ($3::uuid IS NULL OR EXISTS (
        SELECT FROM known_institution k WHERE k.filing_body_path @> ARRAY[$3] AND k.institution_id = coalesce((
            SELECT b.institution_id FROM known_binding b
            WHERE b.person_id = d.person_id AND b.state IN ('active', 'frozen')
              AND d.state IN ('draft', 'withdrawn', 'returned', 'modification_allowed')
            ORDER BY b.bound_at DESC LIMIT 1), d.institution_id)))
  AND ($4::uuid IS NULL OR d.person_id > $4) AND ($5::uuid IS NULL OR d.person_id <= $5)
"""
_BY_PARTS: Final = """
, numbered AS (SELECT id, (row_number() OVER (ORDER BY id) - 1) / $6::integer AS part FROM ids)
SELECT (array_agg(id ORDER BY id DESC))[1] AS last, count(*) AS people FROM numbered GROUP BY part ORDER BY part
"""
_COUNT_CANDIDATES: Final = f"WITH ids AS ({_CANDIDATE_IDS}){_BY_PARTS}"
_COUNT_UNITS: Final = f"WITH ids AS ({_UNITS}){_BY_PARTS}"
_COUNT_BODIES: Final = f"WITH ids AS ({_BODIES}){_BY_PARTS}"
_RECIPIENTS: Final = MappingProxyType(
    {Stage.CANDIDATES: _CANDIDATES, Stage.UNITS: _UNITS, Stage.BODIES: _BODIES},
)
_COUNTS: Final = MappingProxyType(
    {Stage.CANDIDATES: _COUNT_CANDIDATES, Stage.UNITS: _COUNT_UNITS, Stage.BODIES: _COUNT_BODIES},
)


async def count_slices(
    tx: Transaction, one: Unplanned, stage: Stage, after: UUID | None, size: int
) -> list[tuple[UUID, int]]:
    """The last id and the number of every `size` of whom it concerns, in the order of their ids."""
    values = (one.cycle_id, one.id, one.exam_body_id, after, None, size)
    return [(row["last"], row["people"]) for row in await tx.fetch(_COUNTS[stage], *values)]


async def select_recipients(tx: Transaction, one: Announcement, part: Slice) -> list[Recipient]:
    """Whom an announcement concerns in a slice, in the order of their ids."""
    values = (one.cycle_id, one.id, one.exam_body_id, part.after_id, part.up_to_id)
    rows = await tx.fetch(_RECIPIENTS[part.stage], *values)
    return [Recipient(row["id"], row["site_id"], site_dates_of(row), row["since"], row["as_of"]) for row in rows]
