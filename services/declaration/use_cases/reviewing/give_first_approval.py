"""The first of two reviewers approves: the declaration goes back to the queue and waits for a second look."""

from dataclasses import replace
from datetime import datetime

from services.declaration.domain.declaration import State
from services.declaration.domain.second_look import Opinion
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.reviewing.record_opinion import record_opinion
from shared.actor import Actor
from shared.ids import PersonId, StaffId
from shared.postgres.transaction import Transaction


async def give_first_approval(tx: Transaction, declaration: Declaration, *, actor: Actor, now: datetime) -> Declaration:
    """The locked, approvable declaration afterwards; a claim ends as in 4.4, so that the second reviewer can claim."""
    after = replace(
        declaration,
        state=State.SUBMITTED,
        claimed_by=None,
        claimed_until=None,
        first_approved_by=StaffId(actor.id),
        first_approved_person_id=None if actor.person_id is None else PersonId(actor.person_id),
        first_approved_at=now,
    )
    return await record_opinion(tx, declaration, after, Opinion.APPROVE_FIRST, actor=actor, now=now)
