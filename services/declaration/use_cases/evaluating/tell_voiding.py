"""A voided certificate leaves an audit entry, and whoever held it hears of it (4.6)."""

from datetime import datetime
from typing import Literal

from services.declaration.domain.evaluation import EvaluationState
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.evaluations import Evaluation
from services.declaration.use_cases.event_fields import event_fields
from shared import audit
from shared.actor import Actor
from shared.contracts.declaration_evaluation import EvaluationVoided
from shared.outbox import add
from shared.postgres.transaction import Transaction


def tell_voiding(
    tx: Transaction,
    evaluation: Evaluation,
    version: int,
    declaration: Declaration,
    by: Literal["unit", "exam_body"],
    outcome: Literal["reopened", "revoked"],
    reason_code: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """`evaluation` as it was, `version` its new one; `declaration` as it is now."""
    audit.record(
        tx,
        "evaluation.void",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation.id,
        at=now,
        before=evaluation.state.value,
        after=EvaluationState.VOIDED.value,
        reason=reason_code,
        declaration=str(declaration.id),
        outcome=outcome,
    )
    fields = event_fields(declaration, now) | {"aggregate_version": version, "evaluation_id": evaluation.id}
    add(tx, EvaluationVoided(**fields, by=by, outcome=outcome, reason_code=reason_code))
