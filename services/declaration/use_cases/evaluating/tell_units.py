"""What a unit hears of its evaluations: one event per step and day, with how many it is about (4.6, P12)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation_clock import ClockStep
from services.declaration.storage.evaluations_by_clock import ClockUnit, Provisional
from shared.contracts.declaration_evaluation import EvaluationEvent, EvaluationsWaiting
from shared.ids import DeclarationId, EvaluationId, ExamBodyId, InstitutionId, PersonId
from shared.outbox import add
from shared.postgres.transaction import Transaction


def tell_unit(
    tx: Transaction, step: ClockStep, unit: ClockUnit, digest_id: UUID, waiting: int, days: int, now: datetime
) -> None:
    """Tell the unit, and of what lapsed its exam body too."""
    add(
        tx,
        EvaluationsWaiting(
            occurred_at=now,
            aggregate_version=1,
            digest_id=digest_id,
            step=step.value,
            institution_id=InstitutionId(unit.institution_id),
            institution_name=unit.institution_name,
            filing_body_id=ExamBodyId(unit.filing_body_id),
            cycle_year=unit.cycle_year,
            waiting=waiting,
            days=days,
        ),
    )


def tell_person(
    tx: Transaction,
    event: type[EvaluationEvent],
    unit: ClockUnit,
    one: Provisional,
    version: int,
    now: datetime,
    **more: int,
) -> None:
    """Tell one fresh graduate; `version` is the evaluation's."""
    add(
        tx,
        event.model_validate(
            {
                "occurred_at": now,
                "aggregate_version": version,
                "evaluation_id": EvaluationId(one.id),
                "declaration_id": DeclarationId(one.declaration_id),
                "person_id": PersonId(one.person_id),
                "institution_id": InstitutionId(unit.institution_id),
                "institution_name": unit.institution_name,
                "cycle_year": unit.cycle_year,
                "number": one.number,
                **more,
            }
        ),
    )
