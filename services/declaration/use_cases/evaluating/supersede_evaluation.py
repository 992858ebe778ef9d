"""A declaration was reopened and handed in again: what was judged of it before does not count any more (A42)."""

from datetime import datetime

from services.declaration.domain.evaluation import superseded
from services.declaration.domain.evaluation_errors import EvaluationAlreadyRecorded
from services.declaration.storage import evaluations
from services.declaration.storage.evaluations import EvaluatedDeclaration, Evaluation
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def supersede_evaluation(
    tx: Transaction, old: Evaluation, declaration: EvaluatedDeclaration, *, actor: Actor, now: datetime
) -> None:
    """Void what belongs to an earlier submission. Raises EvaluationAlreadyRecorded when it is of this one."""
    if old.submission == declaration.submission:
        raise EvaluationAlreadyRecorded
    after = superseded(old.state)
    await evaluations.update_state(tx, old.id, after, now)
    audit.record(
        tx,
        "evaluation.supersede",
        actor=actor,
        subject_kind="evaluation",
        subject_id=old.id,
        at=now,
        before=old.state,
        after=after,
        declaration=str(declaration.id),
    )
