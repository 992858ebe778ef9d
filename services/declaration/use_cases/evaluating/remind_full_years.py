"""A fresh graduate whose full year is missing is reminded before the last day, and so is the unit (P12). Reminders and
events are one commit, and their keys allow each only once."""

from datetime import datetime

from services.declaration.domain.evaluation_clock import ClockPace, ClockStep
from services.declaration.storage import evaluations_by_clock
from services.declaration.storage.evaluations_by_clock import FULL_YEAR, ClockUnit
from services.declaration.use_cases.evaluating.tell_units import tell_person, tell_unit
from shared import audit
from shared.actor import SYSTEM
from shared.clock import SHANGHAI
from shared.contracts.declaration_evaluation import FullYearReminded
from shared.postgres.transaction import Reader, Transaction
from shared.reminding import reminders
from shared.reminding.steps import days_until, spans_of, tells_at


async def find_units_missing(reader: Reader, pace: ClockPace, *, now: datetime) -> list[ClockUnit]:
    """Units that have to hear; none at night."""
    if not tells_at(now):
        return []
    today = now.astimezone(SHANGHAI).date()
    spans = spans_of(pace.remind_before_days, now)
    return [unit for span in spans for unit in await evaluations_by_clock.select_units_missing(reader, span, today)]


async def remind_full_years(tx: Transaction, unit: ClockUnit, *, now: datetime) -> int:
    """How many people were reminded. The unit hears once a day, with the number of all that are missing; a person hears
    once per last day and step, and so makes the unit hear once."""
    if unit.ends_at is None or unit.step_days is None:
        raise RuntimeError("a unit to be reminded has an end and a step")
    people = await evaluations_by_clock.lock_missing(tx, unit)
    if not people:
        return 0
    today = now.astimezone(SHANGHAI).date()
    digest_id = await evaluations_by_clock.insert_digest(tx, ClockStep.FULL_YEAR, unit, today, now)
    if digest_id is None:
        return 0
    ends = [(one.person_id, unit.ends_at) for one in people]
    claimed = {person_id for person_id, _ in await reminders.insert(tx, FULL_YEAR, unit.step_days, ends, now)}
    days = days_until(unit.ends_at, now)
    tell_unit(tx, ClockStep.FULL_YEAR, unit, digest_id, unit.waiting, days, now)
    for one in (one for one in people if one.person_id in claimed):
        tell_person(tx, FullYearReminded, unit, one, one.version, now, step=unit.step_days, days=days)
        audit.record(
            tx,
            "evaluation.remind_full_year",
            actor=SYSTEM,
            subject_kind="evaluation",
            subject_id=one.id,
            at=now,
            step=unit.step_days,
            days=days,
        )
    return len(claimed)
