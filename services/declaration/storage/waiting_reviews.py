"""Reviews that wait: which units have some that nobody was told of, and what was told (P6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.waiting_reviews import ReviewPace, Step
from services.declaration.storage.site_cycles import SITE_OF_UNIT
from shared.ids import new_id
from shared.postgres.transaction import Reader, Row, Transaction

# When a declaration is due at a step, and on which day its unit hears of it. Nobody is told of what can not be decided
# any more: after the review deadline the exam body's list and the lapse of the year remain. Of the deadline a unit
# hears once per day on which it ends, whatever it heard before: a moved one is told anew.
_SELECT_UNITS: Final = f"""
WITH pace AS (
    SELECT c.id, c.year, c.review_deadline,
           coalesce(CASE $1::text WHEN 'reminded' THEN p.remind_after_days WHEN 'escalated' THEN p.escalate_after_days
                    ELSE p.warn_before_days END, $2::integer) AS days
    FROM cycle c LEFT JOIN review_policy p ON p.cycle_id = c.id
    WHERE c.state NOT IN ('planned', 'closed', 'archived') AND c.review_deadline > $3::timestamptz
), due AS (
    SELECT d.id, d.submission, d.institution_id, d.cycle_id, c.year, c.days,
           $1 = 'deadline' OR n.declaration_id IS NULL AS untold,
           CASE $1 WHEN 'deadline' THEN (held.review_deadline AT TIME ZONE 'Asia/Shanghai')::date ELSE $4::date END
               AS day
    FROM pace c JOIN declaration d ON d.cycle_id = c.id AND d.state IN ('submitted', 'under_review')
    JOIN known_institution i ON i.institution_id = d.institution_id {SITE_OF_UNIT}
    CROSS JOIN LATERAL (
        SELECT LEAST(c.review_deadline, site.review_deadline, site.filing_deadline) AS review_deadline
    ) held
    LEFT JOIN review_notice n ON n.declaration_id = d.id AND n.submission = d.submission AND n.step = $1
    WHERE held.review_deadline > $3
      AND CASE $1 WHEN 'deadline' THEN held.review_deadline - c.days * interval '1 day'
               ELSE d.submitted_at + c.days * interval '1 day' END <= $3
)
SELECT due.institution_id, i.name AS institution_name, i.filing_body_id, due.cycle_id, due.year AS cycle_year, due.days,
       due.day, count(*) AS waiting
FROM due JOIN known_institution i ON i.institution_id = due.institution_id
WHERE NOT EXISTS (SELECT FROM review_digest g WHERE g.institution_id = due.institution_id
                  AND g.cycle_id = due.cycle_id AND g.step = $1 AND g.day = due.day)
GROUP BY due.institution_id, i.name, i.filing_body_id, due.cycle_id, due.year, due.days, due.day
HAVING bool_or(due.untold)
ORDER BY due.institution_id
"""
# Rows that somebody is deciding right now are left to the next day: they may not wait any more when this commits.
_LOCK_UNTOLD: Final = """
SELECT d.id, d.number, d.version, d.submission, d.person_id FROM declaration d
WHERE d.cycle_id = $3 AND d.institution_id = $4 AND d.state IN ('submitted', 'under_review')
  AND ($1::text = 'deadline' OR d.submitted_at + $5::integer * interval '1 day' <= $2::timestamptz)
  AND ($1 = 'deadline' OR NOT EXISTS (SELECT FROM review_notice n
                  WHERE n.declaration_id = d.id AND n.submission = d.submission AND n.step = $1))
ORDER BY d.id FOR NO KEY UPDATE OF d SKIP LOCKED
"""
_INSERT_DIGEST: Final = """
INSERT INTO review_digest (id, institution_id, cycle_id, step, day, waiting, told_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ON CONSTRAINT uq__review_digest__institution_id_cycle_id_step_day DO NOTHING
"""
_INSERT_NOTICES: Final = """
INSERT INTO review_notice (declaration_id, submission, step, told_at)
SELECT n.id, n.submission, $3, $4 FROM unnest($1::uuid[], $2::integer[]) AS n (id, submission)
ON CONFLICT ON CONSTRAINT pk__review_notice__declaration_id_submission_step DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class WaitingUnit:
    """A unit with reviews that wait: `waiting` so many past `days`, to be told for `day`."""

    institution_id: UUID
    institution_name: str
    filing_body_id: UUID
    cycle_id: UUID
    cycle_year: int
    days: int
    day: date
    waiting: int


@dataclass(frozen=True, slots=True)
class WaitingReview:
    """One declaration that waits and was not told of at a step."""

    id: UUID
    number: str
    version: int
    submission: int
    person_id: UUID


async def select_units(reader: Reader, step: Step, pace: ReviewPace, now: datetime, today: date) -> list[WaitingUnit]:
    """Units with something untold at this step, that were not told today."""
    rows: list[Row] = await reader.fetch(_SELECT_UNITS, step.value, pace.days(step), now, today)
    return [WaitingUnit(**dict(row)) for row in rows]


async def lock_untold(tx: Transaction, step: Step, unit: WaitingUnit, now: datetime) -> list[WaitingReview]:
    """What the unit has to be told of, locked until commit."""
    rows = await tx.fetch(_LOCK_UNTOLD, step.value, now, unit.cycle_id, unit.institution_id, unit.days)
    return [WaitingReview(**dict(row)) for row in rows]


async def insert_digest(tx: Transaction, step: Step, unit: WaitingUnit, now: datetime) -> UUID | None:
    """The unit is told for the day; None when it was already."""
    digest_id = new_id()
    values = (digest_id, unit.institution_id, unit.cycle_id, step.value, unit.day, unit.waiting, now)
    return digest_id if await tx.execute(_INSERT_DIGEST, *values) else None


async def insert_notices(tx: Transaction, step: Step, reviews: Sequence[WaitingReview], now: datetime) -> None:
    """Each of them is told."""
    ids, submissions = [one.id for one in reviews], [one.submission for one in reviews]
    await tx.execute(_INSERT_NOTICES, ids, submissions, step.value, now)
