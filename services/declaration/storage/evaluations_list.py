"""The evaluations of a unit as a list: who is under way, who is judged, whose full year is missing (4.6, P12)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

# How a declaration stands that went on elsewhere is the other unit's to know. Who is only registered is the unit's to
# see while he or she is bound to it (section 2, rule 2).
_SELECT_PAGE: Final = """
SELECT e.id, e.state, e.version, e.declaration_id, d.number,
       CASE WHEN d.institution_id = e.institution_id THEN d.state END AS declaration_state, e.person_id, p.name_masked,
       p.document_no_masked, c.id AS cycle_id, c.year AS cycle_year, c.completion_deadline, d.fresh_graduate,
       e.started_on, e.full_on, e.registered_at, e.months_counted, e.certificate_no, e.decided_at,
       (SELECT o.certificate_no FROM provisional_certificate o WHERE o.evaluation_id = e.id)
           AS provisional_certificate_no,
       ARRAY(SELECT r.step FROM reminder r WHERE r.kind = 'full_year' AND r.subject = e.person_id
             AND r.ends_at = c.completion_deadline ORDER BY r.step DESC) AS reminded
FROM evaluation e
JOIN known_person p ON p.person_id = e.person_id
LEFT JOIN declaration d ON d.id = e.declaration_id
LEFT JOIN cycle c ON c.id = e.cycle_id
WHERE e.institution_id = $1
  AND (e.declaration_id IS NOT NULL OR EXISTS (
        SELECT FROM known_binding b WHERE b.person_id = e.person_id AND b.institution_id = $1
        AND b.state IN ('active', 'frozen')))
  AND ($2::uuid IS NULL OR e.cycle_id = $2)
  AND CASE WHEN $3::text IS NULL THEN e.state <> 'voided' ELSE e.state = $3 END
  AND (NOT $4::boolean OR e.state = 'provisional_certified'
       OR e.state IN ('in_progress', 'due') AND (e.full_on IS NULL OR e.full_on > $5::date))
  AND ($6::text IS NULL OR d.number = $6 OR p.name_index = $7::bytea OR EXISTS (
        SELECT FROM known_person_document k WHERE k.person_id = e.person_id AND k.document_index = $8::bytea))
  AND ($9::uuid IS NULL OR e.id > $9)
ORDER BY e.id LIMIT $10
"""


@dataclass(frozen=True, slots=True)
class EvaluationFilter:
    """What to list; None does not filter. `year_open`: only people whose year is not completed `today`. `text` matches
    a receipt number, or by keyed index a whole name or document number."""

    institution_id: UUID | None
    cycle_id: UUID | None
    state: str | None
    year_open: bool
    today: date
    text: str | None = None
    name_index: bytes | None = None
    document_index: bytes | None = None


@dataclass(frozen=True, slots=True)
class ListedEvaluation:
    """One line, the person masked. Nobody who is only registered has a declaration or an exam year; the state of
    a declaration that went on at another unit is not told."""

    id: UUID
    state: str
    version: int
    declaration_id: UUID | None
    number: str | None
    declaration_state: str | None
    person_id: UUID
    name_masked: str
    document_no_masked: str
    cycle_id: UUID | None
    cycle_year: int | None
    completion_deadline: datetime | None
    fresh_graduate: bool | None
    started_on: date | None
    full_on: date | None
    registered_at: datetime | None
    months_counted: int
    certificate_no: str | None
    provisional_certificate_no: str | None
    decided_at: datetime | None
    reminded: list[int]


async def select_page(
    reader: Reader, wanted: EvaluationFilter, after: UUID | None, limit: int
) -> list[ListedEvaluation]:
    """In the order in which they began, after a position."""
    rows = await reader.fetch(
        _SELECT_PAGE,
        wanted.institution_id,
        wanted.cycle_id,
        wanted.state,
        wanted.year_open,
        wanted.today,
        wanted.text,
        wanted.name_index,
        wanted.document_index,
        after,
        limit,
    )
    return [ListedEvaluation(**dict(row)) for row in rows]
