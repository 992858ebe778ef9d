"""Evaluations that the clock moves, unit by unit: what becomes due, whose full year is missing or lapses (4.6, P12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.evaluation import EvaluationState
from services.declaration.domain.evaluation_clock import ClockPace, ClockStep
from services.declaration.storage.site_cycles import SITE_OF_UNIT
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction
from shared.reminding.reminders import untold
from shared.reminding.steps import Span

FULL_YEAR: Final = "full_year"
"""The kind of the reminders; their subject is the person."""
# 12 months reached, or filing is near: by the site's own date. A fresh graduate without a full year is left alone: from
# `due` there is no way to a provisional certificate. Who left before anything was declared is nobody's business.
_DUE: Final = f"""
FROM evaluation e
JOIN known_institution i ON i.institution_id = e.institution_id
LEFT JOIN declaration d ON d.id = e.declaration_id
LEFT JOIN cycle c ON c.id = e.cycle_id {SITE_OF_UNIT}
WHERE e.state = 'in_progress'
  AND (e.full_on <= $1::date
       OR NOT d.fresh_graduate
          AND $2::timestamptz >= LEAST(c.filing_deadline, site.filing_deadline) - $3::integer * interval '1 day')
  AND CASE WHEN e.declaration_id IS NULL
      THEN EXISTS (SELECT FROM known_binding b WHERE b.person_id = e.person_id
                   AND b.institution_id = e.institution_id AND b.state IN ('active', 'frozen'))
      ELSE d.state IN ('submitted', 'under_review', 'approved') AND d.submission = e.submission
          AND c.state NOT IN ('closed', 'archived') END
"""
_SELECT_UNITS_DUE: Final = f"""
SELECT e.institution_id, i.name AS institution_name, i.filing_body_id, NULL::uuid AS cycle_id,
       NULL::integer AS cycle_year, NULL::timestamptz AS ends_at, NULL::integer AS step_days, count(*) AS waiting
{_DUE} AND NOT EXISTS (SELECT FROM evaluation_digest g
                       WHERE g.institution_id = e.institution_id AND g.step = 'due' AND g.day = $1)
GROUP BY e.institution_id, i.name, i.filing_body_id ORDER BY e.institution_id
"""
_LOCK_DUE: Final = f"SELECT e.id {_DUE} AND e.institution_id = $4 ORDER BY e.id FOR UPDATE OF e SKIP LOCKED"
_UPDATE_DUE: Final = """
UPDATE evaluation SET state = $2, version = version + 1, updated_at = $3 WHERE id = ANY ($1::uuid[])
"""
_YEAR_UNTOLD: Final = untold(FULL_YEAR, "d.person_id", "c.completion_deadline", "$2::smallint")
_PERSON_UNTOLD: Final = untold(FULL_YEAR, "d.person_id", "$4::timestamptz", "$3::smallint")
_MISSING: Final = """
JOIN evaluation e ON e.declaration_id = d.id AND e.submission = d.submission AND e.state = 'provisional_certified'
"""
# Who gets a provisional certificate late hears at the step in force then; a moved last day is told anew.
_SELECT_UNITS_MISSING: Final = f"""
SELECT d.institution_id, i.name AS institution_name, i.filing_body_id, c.id AS cycle_id, c.year AS cycle_year,
       c.completion_deadline AS ends_at, $2::smallint AS step_days, count(*) AS waiting
FROM cycle c
JOIN declaration d ON d.cycle_id = c.id AND d.state IN ('submitted', 'under_review', 'approved', 'filed')
{_MISSING}
JOIN known_institution i ON i.institution_id = d.institution_id
WHERE c.completion_deadline > $3 AND c.completion_deadline <= $4 AND c.state NOT IN ('planned', 'archived')
  AND NOT EXISTS (
    SELECT FROM evaluation_digest g
    WHERE g.institution_id = d.institution_id AND g.step = 'full_year' AND g.day = $1)
GROUP BY d.institution_id, i.name, i.filing_body_id, c.id, c.year, c.completion_deadline
HAVING bool_or({_YEAR_UNTOLD})
ORDER BY d.institution_id
"""
# A result that is entered at this moment is waited for by nobody: that person is left to the next run.
_LOCK_MISSING: Final = f"""
SELECT e.id, e.version, d.id AS declaration_id, d.number, d.person_id
FROM declaration d {_MISSING}
WHERE d.institution_id = $1 AND d.cycle_id = $2 AND d.state IN ('submitted', 'under_review', 'approved', 'filed')
  AND {_PERSON_UNTOLD}
ORDER BY d.id FOR NO KEY UPDATE OF d, e SKIP LOCKED
"""
_INSERT_DIGEST: Final = """
INSERT INTO evaluation_digest (id, institution_id, step, day, waiting, told_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT ON CONSTRAINT uq__evaluation_digest__institution_id_step_day DO NOTHING
"""
_SELECT_UNITS_LAPSING: Final = """
SELECT e.institution_id, i.name AS institution_name, i.filing_body_id, c.id AS cycle_id, c.year AS cycle_year,
       NULL::timestamptz AS ends_at, NULL::integer AS step_days, count(*) AS waiting
FROM evaluation e
JOIN cycle c ON c.id = e.cycle_id AND c.completion_deadline <= $1::timestamptz
JOIN known_institution i ON i.institution_id = e.institution_id
WHERE e.state = 'provisional_certified'
GROUP BY e.institution_id, i.name, i.filing_body_id, c.id, c.year ORDER BY e.institution_id
"""
# The deadline is looked at again under the locks: it may have been moved since the unit was found.
_LOCK_LAPSING: Final = """
SELECT e.id, e.version, d.id AS declaration_id, d.number, d.person_id
FROM declaration d
JOIN evaluation e ON e.declaration_id = d.id AND e.state = 'provisional_certified'
JOIN cycle c ON c.id = e.cycle_id AND c.completion_deadline <= $3::timestamptz
WHERE e.institution_id = $1 AND e.cycle_id = $2 ORDER BY d.id FOR UPDATE OF d, e SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class ClockUnit:
    """A unit with evaluations that the clock moves: `waiting` so many. What belongs to no exam year has neither year
    nor end."""

    institution_id: UUID
    institution_name: str
    filing_body_id: UUID
    cycle_id: UUID | None
    cycle_year: int | None
    ends_at: datetime | None
    step_days: int | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Provisional:
    """Somebody with a provisional certificate, locked."""

    id: UUID
    version: int
    declaration_id: UUID
    number: str
    person_id: UUID


async def select_units_due(reader: Reader, pace: ClockPace, now: datetime, today: date) -> list[ClockUnit]:
    """Units at which something becomes due and that did not hear of any today."""
    rows = await reader.fetch(_SELECT_UNITS_DUE, today, now, pace.due_before_days)
    return [ClockUnit(**dict(row)) for row in rows]


async def lock_due(tx: Transaction, institution_id: UUID, pace: ClockPace, now: datetime, today: date) -> list[UUID]:
    """What is due at a unit, locked; what is being judged at this moment is left out."""
    rows = await tx.fetch(_LOCK_DUE, today, now, pace.due_before_days, institution_id)
    return [row["id"] for row in rows]


async def update_due(tx: Transaction, evaluation_ids: Sequence[UUID], to: EvaluationState, at: datetime) -> None:
    """Move them."""
    await tx.execute(_UPDATE_DUE, list(evaluation_ids), to.value, at)


async def select_units_missing(reader: Reader, span: Span, today: date) -> list[ClockUnit]:
    """Units with somebody who was not told at the step of `span`; none that heard today."""
    rows = await reader.fetch(_SELECT_UNITS_MISSING, today, span.step, span.after, span.until)
    return [ClockUnit(**dict(row)) for row in rows]


async def lock_missing(tx: Transaction, unit: ClockUnit) -> list[Provisional]:
    """Who of the unit was not told at this step, locked until commit."""
    rows = await tx.fetch(_LOCK_MISSING, unit.institution_id, unit.cycle_id, unit.step_days, unit.ends_at)
    return [Provisional(**dict(row)) for row in rows]


async def insert_digest(tx: Transaction, step: ClockStep, unit: ClockUnit, today: date, now: datetime) -> UUID | None:
    """The unit hears at this step today; None when it did already."""
    digest_id = new_id()
    values = (digest_id, unit.institution_id, step.value, today, unit.waiting, now)
    return digest_id if await tx.execute(_INSERT_DIGEST, *values) else None


async def select_units_lapsing(reader: Reader, now: datetime) -> list[ClockUnit]:
    """Units with somebody whose full year was not entered in time."""
    return [ClockUnit(**dict(row)) for row in await reader.fetch(_SELECT_UNITS_LAPSING, now)]


async def lock_lapsing(tx: Transaction, unit: ClockUnit, now: datetime) -> list[Provisional]:
    """Those people, locked; who is being worked on at this moment waits for the next run."""
    rows = await tx.fetch(_LOCK_LAPSING, unit.institution_id, unit.cycle_id, now)
    return [Provisional(**dict(row)) for row in rows]
