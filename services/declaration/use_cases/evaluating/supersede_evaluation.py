"""A declaration was handed in again, or went on after a rejection: what was judged of it before does not count any more
(A42)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import superseded
from services.declaration.storage import evaluations
from services.declaration.storage.evaluations import Evaluation
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def supersede_evaluation(
    tx: Transaction, old: Evaluation, declaration_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Void it; its declaration is locked. Raises EvaluationStepNotAllowed for what is over already."""
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
        declaration=str(declaration_id),
    )
