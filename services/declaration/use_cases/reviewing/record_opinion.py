"""Record what is said beside the state machine about a first approval: row, timeline and audit entry together."""

from dataclasses import replace
from datetime import datetime

from services.declaration.domain.second_look import FirstApproval, Opinion
from services.declaration.domain.second_look_errors import NoFirstApproval
from services.declaration.storage import first_approvals
from services.declaration.storage.declarations import Declaration
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def record_opinion(
    tx: Transaction, before: Declaration, after: Declaration, opinion: Opinion, *, actor: Actor, now: datetime
) -> Declaration:
    """`before` is locked; the declaration with its new version. The entry names the first reviewer beside the actor."""
    said = replace(after, updated_at=now)
    version = await first_approvals.update(tx, before, said, opinion, actor)
    audit.record(
        tx,
        f"declaration.{opinion.value}",
        actor=actor,
        subject_kind="declaration",
        subject_id=before.id,
        at=now,
        before=before.state.value,
        after=after.state.value,
        number=before.number,
        institution_id=str(before.institution_id),
        **before.first_approval_facts,
    )
    return replace(said, version=version)


def require_first_approval(declaration: Declaration) -> FirstApproval:
    """Raises NoFirstApproval."""
    if (first := declaration.first_approval) is None:
        raise NoFirstApproval
    return first
