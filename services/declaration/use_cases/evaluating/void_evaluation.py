"""The unit takes a certificate back before filing: the declaration reopens (4.6)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import EvaluationStep, step_to
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import evaluations
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.evaluations import Evaluation
from services.declaration.use_cases.evaluating.locked_evaluation import lock_evaluation
from services.declaration.use_cases.evaluating.tell_voiding import tell_voiding
from services.declaration.use_cases.reviewing.allow_modification import allow_modification
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def void_evaluation(
    tx: Transaction,
    evaluation_id: UUID,
    reason: GivenReason,
    *,
    expected_version: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """The voided evaluation. Raises NotFound, StaleVersion, EvaluationStepNotAllowed, and for what is filed or on a
    submitted list, and for a wrong reason, what allow_modification raises."""
    declaration, evaluation = await lock_evaluation(tx, evaluation_id, expected_version, actor)
    after = step_to(evaluation.state, EvaluationStep.VOID)
    reopened = await allow_modification(
        tx,
        declaration.id,
        reason,
        expected_version=declaration.version,
        keyring=keyring,
        catalogues=catalogues,
        actor=actor,
        now=now,
    )
    version = await evaluations.update_state(tx, evaluation_id, after, now, reason.code)
    tell_voiding(tx, evaluation, version, reopened, "unit", "reopened", reason.code, actor=actor, now=now)
    return replace(evaluation, state=after, version=version)
