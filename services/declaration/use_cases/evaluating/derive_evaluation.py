"""What was approved is to be evaluated: the record begins, or the one that was registered goes on (4.6)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.counting import add_months
from services.declaration.domain.cycle import last_day_before
from services.declaration.domain.evaluation import UNDER_WAY, counted_rows, probation_of
from services.declaration.domain.period_timeline import full_on
from services.declaration.storage import evaluations, evaluations_begun
from services.declaration.storage.evaluations import EvaluatedDeclaration
from services.declaration.storage.evaluations_begun import Begun
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.use_cases.evaluating.supersede_evaluation import supersede_evaluation
from shared import audit
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_LOOKED_AHEAD_MONTHS = 12


async def derive_evaluation(
    tx: Transaction, keyring: Keyring, declaration_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Begin the evaluation of a declaration that was just approved. One that was judged before the approval stands; a
    judgement of an earlier submission is voided. Raises NotFound."""
    if (declaration := await evaluations.lock_declaration(tx, declaration_id, actor.scope_id)) is None:
        raise NotFound
    current = await evaluations.lock_live(tx, declaration.id)
    if current is not None and current.submission == declaration.submission:
        return
    if current is not None and current.state not in UNDER_WAY:
        await supersede_evaluation(tx, current, declaration, actor=actor, now=now)
        current = None
    current = current or await evaluations_begun.update_adopted(tx, declaration, now)
    begun = _begun(keyring, declaration, now)
    evaluation_id = current.id if current else new_id()
    if current:
        await evaluations_begun.update_begun(tx, evaluation_id, declaration.submission, begun, now)
    else:
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
    latest = add_months(last_day_before(declaration.completion_deadline), _LOOKED_AHEAD_MONTHS)
    full = full_on(counted_rows(content, declaration.confirmed), declaration.leave_days, latest)
    return Begun(probation.months, probation.first_start, full, content.supervisor_ids)
