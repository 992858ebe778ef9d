"""Table filing_difference: where lists and declarations disagree. What is mended keeps its row, with the end (M11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.site_cycles import SITE_OF_UNIT
from shared.postgres.transaction import Reader, Transaction

# Whoever the exam body reopens leaves the accepted list with that (Q10); a line that stands then is a difference.
_UPDATE_ALL: Final = f"""
WITH judged AS MATERIALIZED (
    SELECT d.id AS declaration_id, 'not_listed' AS kind, NULL::uuid AS list_id, d.institution_id
    FROM declaration d
    JOIN cycle c ON c.id = d.cycle_id AND c.state NOT IN ('closed', 'archived')
    LEFT JOIN known_institution i ON i.institution_id = d.institution_id {SITE_OF_UNIT}
    JOIN evaluation e ON e.declaration_id = d.id AND e.submission = d.submission AND e.state = ANY($2::text[])
    WHERE d.state = 'approved' AND LEAST(c.filing_deadline, site.filing_deadline) <= $1
      AND NOT EXISTS (SELECT FROM list_line n WHERE n.declaration_id = d.id AND n.live)
    UNION ALL
    SELECT d.id, 'filed_without_line', NULL, d.institution_id
    FROM declaration d
    WHERE d.state = 'filed' AND NOT EXISTS (
        SELECT FROM list_line n JOIN qualified_list l ON l.id = n.list_id
        WHERE n.declaration_id = d.id AND n.live AND l.state = 'accepted')
    UNION ALL
    SELECT d.id, CASE WHEN l.state = 'accepted' AND d.state = 'approved' THEN 'not_filed' ELSE 'line_not_approved' END,
           l.id, l.institution_id
    FROM list_line n
    JOIN qualified_list l ON l.id = n.list_id
    JOIN declaration d ON d.id = n.declaration_id
    WHERE n.live AND (l.state = 'submitted' AND d.submission = n.submission AND d.state <> 'approved'
        OR l.state = 'accepted' AND d.state <> 'filed'
            AND NOT (d.state = 'lapsed' AND n.provisional))
    UNION ALL
    SELECT d.id, 'other_institution', l.id, l.institution_id
    FROM list_line n
    JOIN qualified_list l ON l.id = n.list_id AND l.state IN ('submitted', 'accepted')
    JOIN declaration d ON d.id = n.declaration_id AND d.submission = n.submission
    WHERE n.live AND d.institution_id <> l.institution_id
), noted AS (
    INSERT INTO filing_difference AS f (declaration_id, kind, list_id, institution_id, first_seen_at)
    SELECT j.declaration_id, j.kind, j.list_id, j.institution_id, $1 FROM judged j
    ON CONFLICT (declaration_id, kind) DO UPDATE
    SET list_id = excluded.list_id, institution_id = excluded.institution_id, first_seen_at = $1, ended_at = NULL
    WHERE f.ended_at IS NOT NULL OR f.list_id IS DISTINCT FROM excluded.list_id
), ended AS (
    UPDATE filing_difference f SET ended_at = $1
    WHERE f.ended_at IS NULL AND NOT EXISTS (
        SELECT FROM judged j WHERE j.declaration_id = f.declaration_id AND j.kind = f.kind)
)
SELECT count(*) FROM judged
"""
_SELECT_PAGE: Final = """
SELECT f.declaration_id, f.kind, f.list_id, f.institution_id, i.name AS institution_name, d.number, d.cycle_year,
       d.state AS declaration_state, l.number AS list_number, f.first_seen_at
FROM filing_difference f
JOIN declaration d ON d.id = f.declaration_id
JOIN known_institution i ON i.institution_id = f.institution_id
LEFT JOIN qualified_list l ON l.id = f.list_id
WHERE f.ended_at IS NULL AND i.filing_body_path @> ARRAY[$1::uuid]
  AND ($2::text IS NULL OR f.kind = $2) AND ($3::int IS NULL OR d.cycle_year = $3)
  AND ($4::uuid IS NULL OR f.institution_id = $4)
  AND ($5::text IS NULL OR d.number = $5 OR l.number = $5 OR position($5 IN i.name) > 0)
  AND ($6::timestamptz IS NULL OR (f.first_seen_at, f.declaration_id, f.kind) > ($6, $7::uuid, $8::text))
ORDER BY f.first_seen_at, f.declaration_id, f.kind LIMIT $9
"""

Position = tuple[datetime | None, UUID | None, str | None]


@dataclass(frozen=True, slots=True)
class FilingDifference:
    """One disagreement that stands, named by the receipt number `number`."""

    declaration_id: UUID
    kind: str
    list_id: UUID | None
    institution_id: UUID
    institution_name: str
    number: str
    cycle_year: int
    declaration_state: str
    list_number: str | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Filter:
    """None does not filter. `text` is a receipt number, a list number, or part of an institution's name."""

    kind: str | None = None
    exam_year: int | None = None
    institution_id: UUID | None = None
    text: str | None = None


async def update_all(tx: Transaction, at: datetime, listable: Sequence[str]) -> int:
    """Compare all lists with all declarations; how many disagreements stand. Evaluation states in `listable`."""
    count: int = await tx.fetchval(_UPDATE_ALL, at, list(listable))
    return count


async def select_page(
    reader: Reader, exam_body_id: UUID | None, wanted: Filter, after: Position, limit: int
) -> list[FilingDifference]:
    """Those below an exam body, the oldest first."""
    rows = await reader.fetch(
        _SELECT_PAGE,
        exam_body_id,
        wanted.kind,
        wanted.exam_year,
        wanted.institution_id,
        wanted.text,
        *after,
        limit,
    )
    return [FilingDifference(**dict(row)) for row in rows]
