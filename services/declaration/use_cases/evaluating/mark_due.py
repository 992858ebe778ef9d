"""Evaluations become due, and their unit hears of it: 12 months are reached, or filing is near (4.6)."""

from datetime import datetime

from services.declaration.domain.evaluation import EvaluationState, EvaluationStep, step_to
from services.declaration.domain.evaluation_clock import ClockPace, ClockStep
from services.declaration.storage import evaluations_by_clock
from services.declaration.storage.evaluations_by_clock import ClockUnit
from services.declaration.use_cases.evaluating.tell_units import tell_unit
from shared import audit
from shared.actor import SYSTEM
from shared.clock import SHANGHAI
from shared.postgres.transaction import Reader, Transaction
from shared.reminding.steps import tells_at


async def find_units_due(reader: Reader, pace: ClockPace, *, now: datetime) -> list[ClockUnit]:
    """Units that have to hear; none at night."""
    if not tells_at(now):
        return []
    return await evaluations_by_clock.select_units_due(reader, pace, now, now.astimezone(SHANGHAI).date())


async def mark_due(tx: Transaction, unit: ClockUnit, pace: ClockPace, *, now: datetime) -> int:
    """How many became due at the unit, in one commit with its message; what becomes due later the same day waits for
    the next morning, for it can be evaluated all the same."""
    before, today = EvaluationState.IN_PROGRESS, now.astimezone(SHANGHAI).date()
    after = step_to(before, EvaluationStep.REACH_DUE)
    due = await evaluations_by_clock.lock_due(tx, unit.institution_id, pace, now, today)
    if not due or (digest_id := await evaluations_by_clock.insert_digest(tx, ClockStep.DUE, unit, today, now)) is None:
        return 0
    await evaluations_by_clock.update_due(tx, due, after, now)
    tell_unit(tx, ClockStep.DUE, unit, digest_id, len(due), 0, now)
    for one in due:
        audit.record(
            tx,
            "evaluation.reach_due",
            actor=SYSTEM,
            subject_kind="evaluation",
            subject_id=one,
            at=now,
            before=before.value,
            after=after.value,
        )
    return len(due)
