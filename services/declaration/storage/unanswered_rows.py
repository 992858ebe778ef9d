"""Requests to earlier units that wait for an answer, with the end of each (4.5, P6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.storage.site_cycles import SITE_OF_UNIT
from shared.postgres.transaction import Transaction
from shared.reminding.reminders import untold
from shared.reminding.steps import Span

KIND: Final = "prior_row"
_UNTOLD: Final = untold(KIND, "p.request_id", "p.request_ends_at", "$1::smallint")
# Both rows are locked: whoever answers holds the declaration, and what was answered meanwhile is looked at again.
# Nobody can answer once the reviews of the present unit are over, and while the zone has switched it off nobody is
# pressed to.
_LOCK_DUE: Final = f"""
SELECT p.request_id AS id, p.request_ends_at AS ends_at, p.period_id, p.asked_at, p.asked_institution_id,
       coalesce(u.name, '') AS asked_name, u.filing_body_id AS asked_body_id,
       d.id AS declaration_id, d.version, d.person_id, d.institution_id, d.cycle_year, d.number
FROM prior_confirmation p
JOIN declaration d ON d.id = p.declaration_id AND d.state IN ('submitted', 'under_review')
JOIN cycle c ON c.id = d.cycle_id AND c.state IN ('declaration_open', 'declaration_closed')
LEFT JOIN known_institution i ON i.institution_id = d.institution_id {SITE_OF_UNIT}
LEFT JOIN known_institution u ON u.institution_id = p.asked_institution_id
WHERE p.state IN ('pending', 'evidence_required') AND p.request_expired_at IS NULL AND p.asked_at IS NOT NULL
  AND p.request_ends_at > $2::timestamptz AND p.request_ends_at <= $3::timestamptz
  AND ($4::uuid IS NULL OR p.request_id > $4)
  AND LEAST(c.review_deadline, site.review_deadline, site.filing_deadline) > $6::timestamptz
  AND ($1 < 0 OR EXISTS (SELECT FROM review_policy r WHERE r.cycle_id = c.id AND r.prior_units_confirm))
  AND {_UNTOLD}
ORDER BY p.request_id LIMIT $5 FOR NO KEY UPDATE OF d, p SKIP LOCKED
"""
_EXPIRE: Final = """
UPDATE prior_confirmation SET request_expired_at = $3 WHERE declaration_id = $1 AND request_id = $2
"""


@dataclass(frozen=True, slots=True)
class UnansweredRow:
    """A request, by its own id: the periods' ids are chosen by candidates. `asked_*` is the earlier unit,
    `asked_body_id` its exam body where it is known; `institution_id` the present unit, `version` the declaration's."""

    id: UUID
    ends_at: datetime
    period_id: UUID
    asked_at: datetime
    asked_institution_id: UUID
    asked_name: str
    asked_body_id: UUID | None
    declaration_id: UUID
    version: int
    person_id: UUID
    institution_id: UUID
    cycle_year: int
    number: str


async def lock_due(tx: Transaction, span: Span, last: UUID | None, limit: int, *, now: datetime) -> list[UnansweredRow]:
    """Those that end within `span` and of which nobody was told at its step, locked until commit."""
    rows = await tx.fetch(_LOCK_DUE, span.step, span.after, span.until, last, limit, now)
    return [UnansweredRow(**dict(row)) for row in rows]


async def update_expired(tx: Transaction, one: UnansweredRow, at: datetime) -> None:
    """Nobody waits for the answer any more; the row itself stays to be decided."""
    await tx.execute(_EXPIRE, one.declaration_id, one.id, at)
