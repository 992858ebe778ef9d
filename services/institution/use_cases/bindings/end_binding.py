"""A candidate unbinds, or takes back a request that nobody decided on (A25, 4.3)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.binding import Binding, CycleEnd
from services.institution.storage import bindings, known_holds
from services.institution.use_cases.bindings.close_binding import close_binding
from services.institution.use_cases.bindings.move_binding import end_locked
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.phone_hold import require_no_hold
from shared.postgres.transaction import Transaction


async def end_binding(
    tx: Transaction,
    binding_id: UUID,
    *,
    expected_version: int,
    held_until: CycleEnd,
    actor: Actor,
    now: datetime,
) -> Binding:
    """Raises NotFound, HeldAfterPhoneChange, StaleVersion, BindingEnded, DeclarationUnderReview,
    DeclarationApprovedOrFiled."""
    binding = await bindings.lock_of_person(tx, binding_id, actor.id)
    require_no_hold(await known_holds.select(tx, actor.id), now)
    if binding.version != expected_version:
        raise StaleVersion(current=binding.version, state=binding.state)
    if binding.state == "pending":
        return await end_locked(tx, binding, "cancel", ended_by="candidate", reason=None, actor=actor, now=now)
    return await close_binding(
        tx, binding, "unbind", ended_by="candidate", held_until=held_until, reason=None, actor=actor, now=now
    )
