"""The last day passed without a full-year result: the provisional certificate lapses, and with it what was filed on it
(4.6, 4.4)."""

from datetime import datetime
from typing import Final

from services.declaration.domain.declaration import FINAL, Action, State
from services.declaration.domain.evaluation import EvaluationState, EvaluationStep, step_to
from services.declaration.domain.evaluation_clock import ClockStep
from services.declaration.storage import declarations, evaluations, evaluations_by_clock
from services.declaration.storage.evaluations_by_clock import ClockUnit, Provisional
from services.declaration.use_cases.evaluating.tell_units import tell_person, tell_unit
from services.declaration.use_cases.move_declaration import move_declaration
from shared import audit
from shared.actor import SYSTEM
from shared.contracts.declaration_evaluation import FullYearLapsed
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction

_HEARD_OTHERWISE: Final = FINAL | {State.REJECTED}
"""Whose declaration had an end already: it does not end now, and of that end the person heard."""


async def find_units_lapsing(reader: Reader, *, now: datetime) -> list[ClockUnit]:
    """Units with somebody whose last day passed."""
    return await evaluations_by_clock.select_units_lapsing(reader, now)


async def lapse_provisionals(tx: Transaction, unit: ClockUnit, *, now: datetime) -> int:
    """How many lapsed at the unit, in one commit with what everybody hears of those whose declaration ends by it."""
    people = await evaluations_by_clock.lock_lapsing(tx, unit, now)
    told = [await _lapse(tx, unit, one, now) for one in people].count(True)
    if told:
        tell_unit(tx, ClockStep.LAPSED, unit, new_id(), told, 0, now)
    return len(people)


async def _lapse(tx: Transaction, unit: ClockUnit, one: Provisional, now: datetime) -> bool:
    """Whether the person hears of it."""
    before = EvaluationState.PROVISIONAL_CERTIFIED
    after = step_to(before, EvaluationStep.LAPSE)
    version = await evaluations.update_state(tx, one.id, after, now)
    declaration = await declarations.lock(tx, one.declaration_id)
    # What was handed in to another unit meanwhile rests on that one's word (4.6).
    rests_on_it = declaration.institution_id == unit.institution_id
    if rests_on_it and declaration.state not in FINAL:
        await move_declaration(tx, declaration, Action.LAPSE, actor=SYSTEM, now=now)
    audit.record(
        tx,
        "evaluation.lapse",
        actor=SYSTEM,
        subject_kind="evaluation",
        subject_id=one.id,
        at=now,
        before=before.value,
        after=after.value,
        declaration=str(one.declaration_id),
    )
    if told := rests_on_it and declaration.state not in _HEARD_OTHERWISE:
        tell_person(tx, FullYearLapsed, unit, one, version, now)
    return told
