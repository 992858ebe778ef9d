"""A verified person without the code asks the institution to be bound; its console decides (4.3, P4)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.binding import AlreadyBound, Binding, next_state
from services.institution.domain.binding_request import RequestLimit, TooManyRequests
from services.institution.domain.institution_life import require_active
from services.institution.storage import bindings, institutions, known_people
from services.institution.use_cases.bindings.move_binding import tell
from services.institution.use_cases.bindings.open_binding import require_not_revoked
from services.institution.use_cases.confirmation_codes.try_confirmation_code import IdentityNotKnown
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def request_binding(
    tx: Transaction, institution_id: UUID, *, limit: RequestLimit, actor: Actor, now: datetime
) -> Binding:
    """The pending binding. Raises IdentityNotKnown, IdentityRevoked, NotFound, InstitutionNotActive, AlreadyBound,
    RequestPending, TooManyRequests."""
    if await known_people.lock(tx, actor.id) is None:
        raise IdentityNotKnown
    await require_not_revoked(tx, actor.id)
    institution = await institutions.lock_shared(tx, institution_id)
    require_active(institution.state)
    if await bindings.select_current(tx, actor.id) is not None:
        raise AlreadyBound
    if await bindings.count_requests(tx, actor.id, now - limit.window) >= limit.count:
        raise TooManyRequests(retry_after=int(limit.window.total_seconds()))
    request = Binding(
        id=new_id(),
        version=1,
        person_id=actor.id,
        institution_id=institution.id,
        institution_name=institution.name,
        state=next_state("none", "request"),
        bound_at=None,
        ended_at=None,
        ended_by=None,
        requested_at=now,
    )
    await bindings.insert(tx, request)
    tell(tx, request, "request", actor=actor, now=now)
    return request
