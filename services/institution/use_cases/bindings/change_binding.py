"""A person moves to another institution in one step: the old binding ends, the new one begins (A25, 4.3)."""

from datetime import datetime

from services.institution.domain.binding import Binding, CycleEnd, NotBound, SameInstitution
from services.institution.domain.code_audience import StatedPlace
from services.institution.domain.confirmation_code import CodeAccepted
from services.institution.storage import bindings, known_holds
from services.institution.use_cases.bindings.bind_to_institution import bind_with_code
from services.institution.use_cases.bindings.close_binding import close_binding
from services.institution.use_cases.bindings.open_binding import require_not_revoked
from shared.actor import Actor
from shared.phone_hold import require_no_hold
from shared.postgres.transaction import Transaction


async def change_binding(
    tx: Transaction,
    accepted: CodeAccepted,
    stated: StatedPlace,
    *,
    held_until: CycleEnd,
    actor: Actor,
    now: datetime,
) -> Binding:
    """The new active binding. Raises IdentityRevoked, HeldAfterPhoneChange, NotBound, SameInstitution,
    DeclarationUnderReview, DeclarationApprovedOrFiled, and what bind_with_code refuses with."""
    await require_not_revoked(tx, actor.id)
    require_no_hold(await known_holds.select(tx, actor.id), now)
    current = await bindings.lock_current(tx, actor.id)
    if current is None:
        raise NotBound
    if current.institution_id == accepted.institution_id:
        raise SameInstitution
    await close_binding(
        tx, current, "change", ended_by="change", held_until=held_until, reason=None, actor=actor, now=now
    )
    return await bind_with_code(tx, accepted, stated, actor=actor, now=now)
