"""The institution says whether the person passed the probation (4.6, B9, B14)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.declaration.domain.evaluation import (
    STEP_OF_RESULT,
    EvaluationResult,
    EvaluationState,
    check_result,
    probation_of,
    step_to,
)
from services.declaration.domain.evaluation_errors import EvaluationAlreadyRecorded
from services.declaration.storage import evaluations
from services.declaration.storage.evaluations import Begun, EvaluatedDeclaration, Evaluation, Judgement
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.use_cases.evaluating.locked_evaluation import facts_of, opinion_place
from services.declaration.use_cases.evaluating.take_up_evaluation import begun_of, take_up_evaluation
from services.declaration.use_cases.evaluating.tell_judgement import tell_judgement
from shared.actor import Actor
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the administrator decided, on the supervisors' opinions. `reason_code` is needed when unqualified."""

    result: EvaluationResult
    opinion: str
    reason_code: str | None


@dataclass(frozen=True, slots=True)
class RecordedEvaluation:
    """What stands now."""

    id: UUID
    declaration_id: UUID
    state: EvaluationState
    version: int
    result: EvaluationResult
    months_counted: int
    certificate_no: str | None
    decided_at: datetime


async def record_evaluation(
    tx: Transaction, keyring: Keyring, declaration_id: UUID, verdict: Verdict, *, actor: Actor, now: datetime
) -> RecordedEvaluation:
    """Judge what was handed in last; a judgement of an earlier submission, or what another unit began, is voided.

    Raises NotFound, EvaluationAlreadyRecorded and the errors of domain.evaluation.check_result.
    """
    if (declaration := await evaluations.lock_declaration(tx, declaration_id, actor.scope_id)) is None:
        raise NotFound
    content = open_handed_in(keyring, declaration.id, declaration.submission, declaration.content).content
    probation = probation_of(content, declaration.confirmed, now.date(), declaration.leave_days)
    facts = facts_of(declaration, probation, is_upgrade=content.is_assistant_upgrade, actor=actor, today=now.date())
    check_result(verdict.result, verdict.reason_code, facts)
    current = await evaluations.lock_live(tx, declaration.id)
    begun = begun_of(declaration, content, probation)
    current = await take_up_evaluation(tx, current, declaration, begun, actor=actor, now=now)
    before = current.state if current else EvaluationState.IN_PROGRESS
    evaluation_id = current.id if current else new_id()
    judgement = Judgement(
        state=step_to(before, STEP_OF_RESULT[verdict.result]),
        submission=declaration.submission,
        months_counted=probation.months,
        reason_code=verdict.reason_code,
        opinion=seal_text(keyring, "declaration", opinion_place(evaluation_id), verdict.opinion),
        by=actor.id,
        at=now,
    )
    version = await _store(tx, evaluation_id, current, declaration, begun, judgement)
    tell_judgement(tx, evaluation_id, version, declaration, verdict.result, before, judgement, actor)
    return RecordedEvaluation(
        evaluation_id, declaration.id, judgement.state, version, verdict.result, probation.months, None, now
    )


async def _store(
    tx: Transaction,
    evaluation_id: UUID,
    current: Evaluation | None,
    declaration: EvaluatedDeclaration,
    begun: Begun,
    judgement: Judgement,
) -> int:
    if current is not None:
        return await evaluations.update_judged(tx, evaluation_id, judgement)
    try:
        await evaluations.insert_evaluation(tx, evaluation_id, declaration, begun, judgement)
    except asyncpg.UniqueViolationError:
        raise EvaluationAlreadyRecorded from None
    return 1
