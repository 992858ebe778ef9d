"""Give a qualified person the certificate of the year; it comes from the platform only (4.6, B10)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import EvaluationStep, step_to
from services.declaration.domain.evaluation_errors import CannotEvaluateOneself, EvaluationStepNotAllowed
from services.declaration.storage import evaluations, number_series
from services.declaration.storage.evaluations import Evaluation
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction


async def issue_certificate(
    tx: Transaction, evaluation_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> Evaluation:
    """Number the certificate, e.g. PC2027-4201-000123. Raises NotFound, StaleVersion, EvaluationStepNotAllowed,
    CannotEvaluateOneself."""
    declaration_id = await evaluations.select_declaration_of(tx, evaluation_id, actor.scope_id)
    declaration = declaration_id and await evaluations.lock_declaration(tx, declaration_id, actor.scope_id)
    evaluation = declaration and await evaluations.lock_live(tx, declaration.id)
    if not declaration or not evaluation or evaluation.id != evaluation_id:
        raise NotFound
    if evaluation.version != expected_version:
        raise StaleVersion(current=evaluation.version, state=evaluation.state.value)
    if actor.person_id == declaration.person_id:
        raise CannotEvaluateOneself
    after = step_to(evaluation.state, EvaluationStep.ISSUE_CERTIFICATE)
    if evaluation.submission != declaration.submission:
        raise EvaluationStepNotAllowed(state="outdated")
    place = declaration.division_code[:4]
    serial = await number_series.take_number(tx, "certificate", declaration.cycle_year, place)
    number = f"PC{declaration.cycle_year}-{place}-{serial:06d}"
    version = await evaluations.update_certified(tx, evaluation_id, number, now)
    audit.record(
        tx,
        "evaluation.issue_certificate",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation_id,
        at=now,
        before=evaluation.state.value,
        after=after.value,
        certificate_no=number,
    )
    return replace(evaluation, state=after, version=version, certificate_no=number)
