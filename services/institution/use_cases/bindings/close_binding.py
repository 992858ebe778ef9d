"""The end of a binding by a person or an institution, which a declaration can hold up (4.3, A25)."""

from datetime import datetime

from services.institution.domain.binding import (
    Binding,
    BindingEvent,
    CycleEnd,
    EndedBy,
    next_state,
    require_no_open_declaration,
)
from services.institution.storage import known_declarations
from services.institution.use_cases.bindings.move_binding import end_locked
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def close_binding(
    tx: Transaction,
    before: Binding,
    event: BindingEvent,
    *,
    ended_by: EndedBy,
    held_until: CycleEnd,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> Binding:
    """End a locked binding. Raises BindingEnded, DeclarationUnderReview, DeclarationApprovedOrFiled.

    A declaration that was not heard of yet passes the guard; settle_disputes takes such an end back."""
    next_state(before.state, event)
    holding = await known_declarations.select_holding(tx, before.person_id, before.institution_id)
    require_no_open_declaration(holding, held_until, now)
    return await end_locked(tx, before, event, ended_by=ended_by, reason=reason, actor=actor, now=now)
