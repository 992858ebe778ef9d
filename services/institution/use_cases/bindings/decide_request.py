"""The institution confirms or refuses a request to be bound (4.3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.binding import Binding, next_state
from services.institution.domain.binding_request import OwnRequest, RefusalReason
from services.institution.domain.institution_life import require_active
from services.institution.domain.scope import scope_of
from services.institution.storage import bindings, institutions, known_people
from services.institution.use_cases.bindings.move_binding import end_locked, move_binding
from services.institution.use_cases.bindings.open_binding import begin_after_last
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides on which request, as last seen, and when."""

    institution_id: UUID
    binding_id: UUID
    expected_version: int
    actor: Actor
    now: datetime


async def confirm_request(tx: Transaction, decision: Decision) -> Binding:
    """The active binding. Raises NotFound, StaleVersion, OwnRequest, BindingNotPending, InstitutionNotActive."""
    request = await _lock(tx, decision)
    next_state(request.state, "confirm")
    require_active((await institutions.lock_shared(tx, request.institution_id)).state)
    bound_at = await begin_after_last(tx, request.person_id, decision.now)
    changed = replace(request, bound_at=bound_at)
    return await move_binding(tx, request, "confirm", actor=decision.actor, now=decision.now, changed=changed)


async def refuse_request(tx: Transaction, decision: Decision, reason: RefusalReason) -> Binding:
    """The refused request; its reason is shown to the person. Raises NotFound, StaleVersion, OwnRequest,
    BindingNotPending."""
    request = await _lock(tx, decision)
    return await end_locked(
        tx, request, "refuse", ended_by="institution", reason=reason, actor=decision.actor, now=decision.now
    )


async def _lock(tx: Transaction, decision: Decision) -> Binding:
    actor = decision.actor
    if decision.institution_id != scope_of(actor):
        raise NotFound
    # The person first, as everywhere: a code typed right now comes before or after.
    seen = await bindings.select_of_institution(tx, decision.binding_id, decision.institution_id)
    await known_people.lock(tx, seen.person_id)
    request = await bindings.lock_of_institution(tx, decision.binding_id, decision.institution_id)
    if request.version != decision.expected_version:
        raise StaleVersion(current=request.version, state=request.state)
    if actor.person_id == request.person_id:
        raise OwnRequest
    return request
