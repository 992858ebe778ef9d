"""What was approved is to be evaluated: the record begins, or the one that was registered goes on (4.6)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import probation_of
from services.declaration.storage import evaluations, evaluations_begun
from services.declaration.storage.evaluations import Begun, EvaluatedDeclaration
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.use_cases.evaluating.take_up_evaluation import begun_of, take_up_evaluation
from shared import audit
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def derive_evaluation(
    tx: Transaction, keyring: Keyring, declaration_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Begin the evaluation of a declaration that was just approved. One that was judged before the approval stands; a
    judgement of an earlier submission, or what is under way at another unit, is voided. Raises NotFound."""
    if (declaration := await evaluations.lock_declaration(tx, declaration_id, actor.scope_id)) is None:
        raise NotFound
    current = await evaluations.lock_live(tx, declaration.id)
    if current is not None and current.submission == declaration.submission:
        return
    begun = _begun(keyring, declaration, now)
    current = await take_up_evaluation(tx, current, declaration, begun, actor=actor, now=now)
    evaluation_id = current.id if current else new_id()
    if current is None:
        await evaluations_begun.insert_derived(tx, evaluation_id, declaration, begun, now)
    audit.record(
        tx,
        "evaluation.derive",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation_id,
        at=now,
        after="in_progress" if current is None else current.state.value,
        declaration=str(declaration.id),
        registered=current is not None,
    )


def _begun(keyring: Keyring, declaration: EvaluatedDeclaration, now: datetime) -> Begun:
    content = open_handed_in(keyring, declaration.id, declaration.submission, declaration.content).content
    today = now.astimezone(SHANGHAI).date()
    probation = probation_of(content, declaration.confirmed, today, declaration.leave_days)
    return begun_of(declaration, content, probation)
