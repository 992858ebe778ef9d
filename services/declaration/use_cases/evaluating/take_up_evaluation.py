"""What a declaration that was handed in says of the probation goes into the record under way of its unit (4.6, A42)."""

from datetime import datetime

from services.declaration.domain.content import Content
from services.declaration.domain.counting import add_months
from services.declaration.domain.cycle import last_day_before
from services.declaration.domain.evaluation import UNDER_WAY, Probation, counted_rows
from services.declaration.domain.evaluation_errors import EvaluationAlreadyRecorded
from services.declaration.domain.period_timeline import full_on
from services.declaration.storage import evaluations_begun
from services.declaration.storage.evaluations import Begun, EvaluatedDeclaration, Evaluation
from services.declaration.use_cases.evaluating.supersede_evaluation import supersede_evaluation
from shared.actor import Actor
from shared.postgres.transaction import Transaction

_LOOKED_AHEAD_MONTHS = 12


async def take_up_evaluation(
    tx: Transaction,
    current: Evaluation | None,
    declaration: EvaluatedDeclaration,
    begun: Begun,
    *,
    actor: Actor,
    now: datetime,
) -> Evaluation | None:
    """The record under way that goes on, of `current` or of what this unit registered; None without one.

    What was judged of an earlier submission, and what was under way at another unit, is voided. Raises
    EvaluationAlreadyRecorded when this submission is judged.
    """
    if current is not None and not _goes_on(current, declaration):
        if current.submission == declaration.submission:
            raise EvaluationAlreadyRecorded
        await supersede_evaluation(tx, current, declaration.id, actor=actor, now=now)
        current = None
    if current is not None and current.submission == declaration.submission:
        return current
    current = current or await evaluations_begun.update_adopted(tx, declaration, now)
    if current is None:
        return None
    return await evaluations_begun.update_begun(tx, current.id, declaration.submission, begun, now)


def begun_of(declaration: EvaluatedDeclaration, content: Content, probation: Probation) -> Begun:
    """What the declared rows say: since when, when the year is full, and who guides."""
    latest = add_months(last_day_before(declaration.completion_deadline), _LOOKED_AHEAD_MONTHS)
    full = full_on(counted_rows(content, declaration.confirmed), declaration.leave_days, latest)
    return Begun(probation.months, probation.first_start, full, content.supervisor_ids)


def _goes_on(current: Evaluation, declaration: EvaluatedDeclaration) -> bool:
    return current.state in UNDER_WAY and current.institution_id == declaration.institution_id
