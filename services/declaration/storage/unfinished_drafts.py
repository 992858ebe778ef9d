"""Declarations that their candidates have begun and not submitted, with the end of the window that holds for each
(4.9, A36)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.site_cycles import SITE_OF_UNIT
from shared.postgres.transaction import Transaction
from shared.reminding.reminders import untold
from shared.reminding.steps import Span

KIND: Final = "draft"
_UNTOLD: Final = untold(KIND, "d.id", "held.ends_at", "$1::smallint")
# While it can be edited, its unit is the bound one, whose site may end things earlier. The end is one of the dates that
# the zone and its sites set: where none of them lies in the span, no declaration is looked at. What is being saved at
# this moment is left to the next run. Who is barred can not submit
# and knows it; when the ban ends before the window, the next run tells them.
_LOCK_DUE: Final = f"""
SELECT d.id, d.version, d.person_id, d.institution_id, d.institution_name, c.year AS cycle_year,
       coalesce(d.number, '') AS number, d.submission, held.ends_at
FROM cycle c
JOIN declaration d ON d.cycle_id = c.id AND d.state IN ('draft', 'withdrawn', 'returned', 'modification_allowed')
LEFT JOIN LATERAL (
    SELECT k.institution_id FROM known_binding k
    WHERE k.person_id = d.person_id AND k.state IN ('active', 'frozen') ORDER BY k.bound_at DESC LIMIT 1
) b ON true
LEFT JOIN known_institution i ON i.institution_id = coalesce(b.institution_id, d.institution_id) {SITE_OF_UNIT}
CROSS JOIN LATERAL (
    SELECT CASE d.submission WHEN 0
        THEN LEAST(c.declaration_closes_at, site.declaration_closes_at, site.review_deadline, site.filing_deadline)
        ELSE LEAST(c.review_deadline, site.review_deadline, site.filing_deadline) END AS ends_at
) held
WHERE c.state NOT IN ('planned', 'closed', 'archived')
  AND EXISTS (
    SELECT FROM (
        VALUES (c.declaration_closes_at), (c.review_deadline)
        UNION ALL SELECT unnest(ARRAY[o.declaration_closes_at, o.review_deadline, o.filing_deadline])
        FROM site_cycle o WHERE o.cycle_id = c.id
    ) AS dates (at) WHERE dates.at > $2 AND dates.at <= $3::timestamptz)
  AND held.ends_at > $2::timestamptz AND held.ends_at <= $3 AND ($4::uuid IS NULL OR d.id > $4)
  AND NOT EXISTS (SELECT FROM known_exempt_person x
                  WHERE x.person_id = d.person_id AND x.state = 'chosen' AND x.exam_year = c.year)
  AND NOT EXISTS (SELECT FROM ban x WHERE x.person_id = d.person_id AND x.lifted_at IS NULL
                  AND coalesce(x.until, 'infinity') >= $6::date)
  AND {_UNTOLD}
ORDER BY d.id LIMIT $5 FOR NO KEY UPDATE OF d SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class UnfinishedDraft:
    """A declaration that waits for its candidate; `submission` counts what was submitted before."""

    id: UUID
    version: int
    person_id: UUID
    institution_id: UUID
    institution_name: str
    cycle_year: int
    number: str
    submission: int
    ends_at: datetime


async def lock_due(tx: Transaction, span: Span, last: UUID | None, limit: int) -> list[UnfinishedDraft]:
    """Those whose window closes within `span` and of which nobody was told at its step, locked until commit."""
    rows = await tx.fetch(_LOCK_DUE, span.step, span.after, span.until, last, limit, span.today)
    return [UnfinishedDraft(**dict(row)) for row in rows]
