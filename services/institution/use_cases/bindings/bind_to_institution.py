"""A verified person with the right code binds to an institution (A20, 4.3)."""

from datetime import datetime

from services.institution.domain.binding import AlreadyBound, Binding, next_state
from services.institution.domain.code_audience import StatedPlace, require_meant_for
from services.institution.domain.confirmation_code import CodeAccepted, ConfirmationCodeUsedUp
from services.institution.domain.institution_life import require_active
from services.institution.storage import bindings, confirmation_codes, institutions
from services.institution.use_cases.bindings.move_binding import tell
from services.institution.use_cases.bindings.open_binding import begin_after_last, end_pending, require_not_revoked
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def bind_to_institution(
    tx: Transaction, accepted: CodeAccepted, stated: StatedPlace, *, actor: Actor, now: datetime
) -> Binding:
    """The new active binding; a request that waits is closed by it. Raises AlreadyBound, IdentityRevoked, and
    what bind_with_code refuses with."""
    await require_not_revoked(tx, actor.id)
    if await bindings.select_current(tx, actor.id) is not None:
        raise AlreadyBound
    return await bind_with_code(tx, accepted, stated, actor=actor, now=now)


async def bind_with_code(
    tx: Transaction, accepted: CodeAccepted, stated: StatedPlace, *, actor: Actor, now: datetime
) -> Binding:
    """Insert an active binding with audit row and event, for a person who is locked and not revoked. The constraints
    have the last word on "one at a time". Raises AlreadyBound, InstitutionNotActive, CodeAudienceNotStated,
    CodeForOthers, ConfirmationCodeUsedUp."""
    require_meant_for(accepted.terms, stated)
    institution = await institutions.lock_shared(tx, accepted.institution_id)
    require_active(institution.state)
    quota = await confirmation_codes.lock_quota(tx, accepted.code_id)
    if quota is not None and await confirmation_codes.count_uses(tx, accepted.code_id) >= quota:
        raise ConfirmationCodeUsedUp
    await end_pending(tx, actor.id, actor=actor, now=now)
    binding = Binding(
        id=new_id(),
        version=1,
        person_id=actor.id,
        institution_id=institution.id,
        institution_name=institution.name,
        state=next_state("none", "bind"),
        bound_at=await begin_after_last(tx, actor.id, now),
        ended_at=None,
        ended_by=None,
        department=stated.department,
        cohort_year=stated.cohort_year,
    )
    await bindings.insert(tx, binding, accepted.code_id)
    tell(tx, binding, "bind", actor=actor, now=now)
    return binding
