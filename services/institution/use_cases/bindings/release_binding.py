"""An institution releases a person who does not belong to it any more (4.3)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.binding import Binding, CycleEnd
from services.institution.domain.scope import scope_of
from services.institution.storage import bindings
from services.institution.use_cases.bindings.close_binding import close_binding
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction


async def release_binding(
    tx: Transaction,
    institution_id: UUID,
    binding_id: UUID,
    reason: str,
    *,
    expected_version: int,
    held_until: CycleEnd,
    actor: Actor,
    now: datetime,
) -> Binding:
    """Raises NotFound, StaleVersion, BindingEnded, DeclarationUnderReview, DeclarationApprovedOrFiled."""
    if institution_id != scope_of(actor):
        raise NotFound
    binding = await bindings.lock_of_institution(tx, binding_id, institution_id)
    if binding.version != expected_version:
        raise StaleVersion(current=binding.version, state=binding.state)
    return await close_binding(
        tx, binding, "release", ended_by="institution", held_until=held_until, reason=reason, actor=actor, now=now
    )
