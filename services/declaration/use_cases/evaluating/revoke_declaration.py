"""An exam body revokes an approved or filed declaration, for fraud, whatever its evaluation says (4.4)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import TRANSITIONS, EvaluationStep
from services.declaration.domain.review_reasons import GivenReason
from services.declaration.storage import evaluations
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.evaluating.lock_reopenable import lock_reopenable
from services.declaration.use_cases.evaluating.take_back import take_back
from services.declaration.use_cases.evaluating.tell_voiding import tell_voiding
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def revoke_declaration(
    tx: Transaction,
    declaration_id: UUID,
    reason: GivenReason,
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The revoked declaration; a certificate is voided with it, any other evaluation stays (4.6). Raises NotFound,
    StaleVersion, DeclarationNotApproved."""
    declaration = await lock_reopenable(tx, declaration_id, actor, expected_version=expected_version)
    revoked = await take_back(tx, declaration, "revoked", reason, keyring=keyring, actor=actor, now=now)
    evaluation = await evaluations.lock_live(tx, declaration_id)
    after = evaluation and TRANSITIONS.get((evaluation.state, EvaluationStep.VOID))
    if evaluation and after:
        version = await evaluations.update_state(tx, evaluation.id, after, now, reason.code)
        tell_voiding(tx, evaluation, version, revoked, "exam_body", "revoked", reason.code, actor=actor, now=now)
    return revoked
