"""One step in the life of a locked binding: new state, new version, audit row and event in one transaction (4.3)."""

from dataclasses import replace
from datetime import datetime

from services.institution.domain.binding import Binding, BindingEvent, EndedBy, next_state
from services.institution.domain.snapshots import binding_changed
from services.institution.storage import bindings
from shared import audit, outbox
from shared.actor import Actor
from shared.audit import Fact
from shared.postgres.transaction import Transaction


async def move_binding(
    tx: Transaction,
    before: Binding,
    event: BindingEvent,
    *,
    actor: Actor,
    now: datetime,
    changed: Binding | None = None,
    reason: str | None = None,
    **facts: Fact,
) -> Binding:
    """Write `changed` (or `before`) in the state that `event` leads to. Raises the refusal of the table,
    AlreadyBound."""
    state = next_state(before.state, event)
    after = replace(changed or before, version=before.version + 1, state=state)
    await bindings.update(tx, after)
    tell(tx, after, event, actor=actor, now=now, before=before.state, reason=reason, **facts)
    return after


async def end_locked(
    tx: Transaction,
    before: Binding,
    event: BindingEvent,
    *,
    ended_by: EndedBy,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> Binding:
    """End a binding or request without asking for declarations. It ends no earlier than it began, whichever clock says
    so. Raises the refusal of the table."""
    at = max(filter(None, (now, before.bound_at)))
    ended = replace(before, ended_at=at, ended_by=ended_by, end_event=event, end_reason=reason)
    return await move_binding(tx, before, event, actor=actor, now=now, changed=ended, reason=reason)


def tell(
    tx: Transaction,
    binding: Binding,
    event: BindingEvent,
    *,
    actor: Actor,
    now: datetime,
    before: str | None = None,
    reason: str | None = None,
    **facts: Fact,
) -> None:
    """Event and audit row of a step that was written."""
    outbox.add(tx, binding_changed(binding, now, event))
    audit.record(
        tx,
        f"binding.{event}",
        actor=actor,
        subject_kind="binding",
        subject_id=binding.id,
        at=now,
        before=before,
        after=binding.state,
        reason=reason,
        institution_id=str(binding.institution_id),
        **facts,
    )
