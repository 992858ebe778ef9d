"""What a supervisor says of a probation, as the unit writes it down before it evaluates (4.6, 5.3)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import check_hears_supervisors
from services.declaration.domain.evaluation_errors import SupervisorNotGuiding
from services.declaration.storage import evaluations_opinions
from services.declaration.storage.evaluations_opinions import opinion_place
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text


async def write_opinion(
    tx: Transaction,
    keyring: Keyring,
    evaluation_id: UUID,
    supervisor_id: UUID,
    text: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Until the evaluation is judged; writing anew takes a signature away. Raises NotFound, EvaluationStepNotAllowed,
    SupervisorNotGuiding."""
    found = await evaluations_opinions.lock_subject(tx, evaluation_id, actor.scope_id)
    if found is None:
        raise NotFound
    state, guides = found
    check_hears_supervisors(state)
    if supervisor_id not in guides:
        raise SupervisorNotGuiding
    sealed = seal_text(keyring, "declaration", opinion_place(evaluation_id, supervisor_id), text)
    await evaluations_opinions.upsert(tx, evaluation_id, supervisor_id, sealed, actor.id, now)
    audit.record(
        tx,
        "evaluation.write_opinion",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation_id,
        at=now,
        supervisor=str(supervisor_id),
    )
