"""A voided certificate leaves an audit entry, and whoever held it hears of it (4.6)."""

from datetime import datetime
from typing import Literal

from services.declaration.domain.evaluation import EvaluationState
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.evaluations import Evaluation
from shared import audit
from shared.actor import Actor
from shared.contracts.declaration_evaluation import EvaluationVoided
from shared.ids import EvaluationId
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
    told = EvaluationVoided(
        occurred_at=now,
        aggregate_version=version,
        evaluation_id=EvaluationId(evaluation.id),
        declaration_id=declaration.id,
        person_id=declaration.person_id,
        institution_id=declaration.institution_id,
        institution_name=declaration.institution_name,
        cycle_year=declaration.cycle_year,
        number=declaration.number or "",
        by=by,
        outcome=outcome,
        reason_code=reason_code,
    )
    add(tx, told)
