"""The unit takes a certificate back that is not filed: the declaration reopens, unless it is open already (4.6)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import EDITABLE, Action
from services.declaration.domain.evaluation import EvaluationStep, step_to
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import evaluations
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.evaluations import Evaluation
from services.declaration.use_cases.evaluating.locked_evaluation import lock_evaluation
from services.declaration.use_cases.evaluating.tell_voiding import tell_voiding
from services.declaration.use_cases.reviewing.allow_modification import allow_modification
from services.declaration.use_cases.reviewing.reasons import require_reasons
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
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
    """The voided evaluation. A declaration that an exam body reopened, or a list cancelled, stays open as it is. Raises
    NotFound, StaleVersion, EvaluationStepNotAllowed, and what allow_modification raises, for what is filed, on a
    submitted list or over, and for a wrong reason."""
    declaration, evaluation = await lock_evaluation(tx, evaluation_id, expected_version, actor)
    after = step_to(evaluation.state, EvaluationStep.VOID)
    reopen = _keep_open if declaration.state in EDITABLE else allow_modification
    reopened = await reopen(
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


async def _keep_open(
    tx: Transaction,
    declaration_id: UUID,
    reason: GivenReason,
    *,
    expected_version: int,
    keyring: Keyring,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """With the guards of allow_modification, and no step of the declaration."""
    declaration = await lock_reviewable(
        tx, declaration_id, expected_version=expected_version, actor=actor, now=now, keyring=keyring, in_window=False
    )
    catalogue = await catalogues.get(tx, declaration.catalogue_version)
    action = Action.ALLOW_MODIFICATION
    await require_reasons(tx, declaration, action, [reason], keyring=keyring, catalogue=catalogue)
    return declaration
