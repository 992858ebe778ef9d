"""Who approved first takes it back, as long as nobody confirmed it."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.second_look import Opinion
from services.declaration.domain.second_look_errors import FirstApprovalNotYours
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.reviewing.record_opinion import record_opinion, require_first_approval
from services.declaration.use_cases.reviewing.reviewable import lock_reviewable
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def take_back_first_approval(
    tx: Transaction, declaration_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> Declaration:
    """The declaration in the state it was in, a colleague's claim untouched. Raises what lock_reviewable raises but for
    the deadline and the claim, NoFirstApproval, FirstApprovalNotYours."""
    declaration = await lock_reviewable(
        tx,
        declaration_id,
        expected_version=expected_version,
        actor=actor,
        now=now,
        in_window=False,
        whoever_claimed=True,
    )
    if not require_first_approval(declaration).is_of(actor):
        raise FirstApprovalNotYours
    after = declaration.without_first_approval()
    return await record_opinion(tx, declaration, after, Opinion.TAKE_BACK, actor=actor, now=now)
