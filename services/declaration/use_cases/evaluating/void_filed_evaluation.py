"""An exam body takes a certificate back after filing: the declaration is reopened, or revoked (4.6, 4.4)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import State
from services.declaration.domain.evaluation import EvaluationStep, step_to
from services.declaration.domain.evaluation_errors import OutcomeNeedsFiling
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import evaluations, evaluations_in_scope
from services.declaration.storage.evaluations import Evaluation
from services.declaration.use_cases.evaluating.lock_reopenable import lock_reopenable
from services.declaration.use_cases.evaluating.take_back import Outcome, take_back
from services.declaration.use_cases.evaluating.tell_voiding import tell_voiding
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def void_filed_evaluation(
    tx: Transaction,
    evaluation_id: UUID,
    outcome: Outcome,
    reason: GivenReason,
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """The voided evaluation of a filed declaration below the exam body; it leaves its list, and a reopened one comes
    back by a supplementary list. Raises NotFound, StaleVersion, EvaluationStepNotAllowed, OutcomeNeedsFiling."""
    declaration_id = await evaluations_in_scope.select_declaration_of(tx, evaluation_id, actor.scope_id)
    if declaration_id is None:
        raise NotFound
    declaration = await lock_reopenable(tx, declaration_id, actor, expected_version=None)
    evaluation = await evaluations.lock_live(tx, declaration_id)
    if evaluation is None or evaluation.id != evaluation_id:
        raise NotFound
    if evaluation.version != expected_version:
        raise StaleVersion(current=evaluation.version, state=evaluation.state.value)
    after = step_to(evaluation.state, EvaluationStep.VOID)
    if declaration.state is not State.FILED:
        raise OutcomeNeedsFiling
    moved = await take_back(tx, declaration, outcome, reason, keyring=keyring, actor=actor, now=now)
    version = await evaluations.update_state(tx, evaluation_id, after, now, reason.code)
    tell_voiding(tx, evaluation, version, moved, "exam_body", outcome, reason.code, actor=actor, now=now)
    return replace(evaluation, state=after, version=version)
