"""A person becomes bound: the shared end of binding by code, by change, and of continuing elsewhere (4.3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.institution.domain.binding import Binding, IdentityRevoked, next_state
from services.institution.storage import bindings, known_people, known_revoked_people
from services.institution.use_cases.bindings.move_binding import end_locked, tell
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def require_not_revoked(tx: Transaction, person_id: UUID) -> None:
    """Take turns with everything else about the person. Raises IdentityRevoked (4.1)."""
    await known_people.lock(tx, person_id)
    if await known_revoked_people.select_is_revoked(tx, person_id):
        raise IdentityRevoked


async def begin_after_last(tx: Transaction, person_id: UUID, now: datetime) -> datetime:
    """When a new binding of the person begins: now, or when the last one ended, should its clock have been ahead."""
    return max(filter(None, (now, await bindings.select_last_end(tx, person_id))))


async def end_pending(tx: Transaction, person_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Whoever becomes bound has nothing left to ask for."""
    if (pending := await bindings.lock_pending(tx, person_id)) is not None:
        await end_locked(tx, pending, "supersede", ended_by="candidate", reason=None, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Continuation:
    """Where a binding goes on, by which step, and why."""

    institution_id: UUID
    institution_name: str
    event: Literal["restore", "carry_over"]
    reason: str


async def continue_binding(
    tx: Transaction, ended: Binding, by: Continuation, *, actor: Actor, now: datetime
) -> Binding:
    """A new binding that takes up one that ended, at the same or another institution: `since`, the stated place and
    the recorded start of the probation go on. It begins without a gap, or after what came in between. Raises
    AlreadyBound."""
    binding = Binding(
        id=new_id(),
        version=1,
        person_id=ended.person_id,
        institution_id=by.institution_id,
        institution_name=by.institution_name,
        state=next_state("none", by.event),
        bound_at=await bindings.select_last_end(tx, ended.person_id),
        ended_at=None,
        ended_by=None,
        since=ended.since or ended.bound_at,
        continues=ended.id,
        department=ended.department,
        cohort_year=ended.cohort_year,
        probation_started_on=ended.probation_started_on,
        probation_recorded_at=ended.probation_recorded_at,
        probation_recorded_by=ended.probation_recorded_by,
    )
    await bindings.insert(tx, binding)
    tell(tx, binding, by.event, actor=actor, now=now, reason=by.reason, continues=str(ended.id))
    return binding
