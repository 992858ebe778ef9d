"""A judgement leaves two traces: an audit entry, and the event for the others."""

from uuid import UUID

from services.declaration.domain.evaluation import EvaluationResult, EvaluationState
from services.declaration.storage.evaluations import EvaluatedDeclaration, Judgement
from shared import audit
from shared.actor import Actor
from shared.contracts.declaration_evaluation import EvaluationRecorded
from shared.ids import DeclarationId, EvaluationId, ExamBodyId, InstitutionId, PersonId
from shared.outbox import add
from shared.postgres.transaction import Transaction


def tell_judgement(
    tx: Transaction,
    evaluation_id: UUID,
    version: int,
    declaration: EvaluatedDeclaration,
    result: EvaluationResult,
    before: EvaluationState,
    judgement: Judgement,
    actor: Actor,
) -> None:
    """`version` is the evaluation's new one."""
    _record(tx, evaluation_id, declaration, before, judgement, actor)
    add(
        tx,
        EvaluationRecorded(
            occurred_at=judgement.at,
            aggregate_version=version,
            evaluation_id=EvaluationId(evaluation_id),
            declaration_id=DeclarationId(declaration.id),
            person_id=PersonId(declaration.person_id),
            institution_id=InstitutionId(declaration.institution_id),
            institution_name=declaration.institution_name,
            cycle_year=declaration.cycle_year,
            result=result,
            full_year=before is EvaluationState.PROVISIONAL_CERTIFIED,
            filing_body_id=ExamBodyId(declaration.filing_body_id) if declaration.filing_body_id else None,
            number=declaration.number,
        ),
    )


def _record(
    tx: Transaction,
    evaluation_id: UUID,
    declaration: EvaluatedDeclaration,
    before: EvaluationState,
    judgement: Judgement,
    actor: Actor,
) -> None:
    audit.record(
        tx,
        "evaluation.record",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation_id,
        at=judgement.at,
        before=before,
        after=judgement.state,
        reason=judgement.reason_code,
        declaration=str(declaration.id),
        submission=judgement.submission,
        months=judgement.months_counted,
    )
