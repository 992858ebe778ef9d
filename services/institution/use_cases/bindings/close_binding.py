"""The end of a binding, whoever asks for it: guard, new version, audit row and event in one transaction (4.3, A25)."""

from dataclasses import replace
from datetime import datetime

from services.institution.domain.binding import (
    Binding,
    BindingEvent,
    CycleEnd,
    EndedBy,
    next_state,
    require_no_open_declaration,
)
from services.institution.domain.snapshots import binding_changed
from services.institution.storage import bindings, known_declarations
from shared import audit, outbox
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
    """End a locked binding. Raises BindingEnded, DeclarationUnderReview, DeclarationApprovedOrFiled."""
    state = next_state(before.state, event)
    holding = await known_declarations.select_holding(tx, before.person_id, before.institution_id)
    require_no_open_declaration(holding, held_until, now)
    ended = replace(before, version=before.version + 1, state=state, ended_at=now, ended_by=ended_by)
    await bindings.update_ended(tx, ended, reason)
    outbox.add(tx, binding_changed(ended, now))
    audit.record(
        tx,
        f"binding.{event}",
        actor=actor,
        subject_kind="binding",
        subject_id=ended.id,
        at=now,
        before=before.state,
        after=ended.state,
        reason=reason,
        institution_id=str(ended.institution_id),
    )
    return ended
