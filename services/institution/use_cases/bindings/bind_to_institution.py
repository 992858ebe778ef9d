"""A verified person with the right code binds to an institution (A20, 4.3)."""

from datetime import datetime

from services.institution.domain.binding import AlreadyBound, Binding, next_state
from services.institution.domain.confirmation_code import CodeAccepted
from services.institution.domain.institution_life import require_active
from services.institution.domain.snapshots import binding_changed
from services.institution.storage import bindings, institutions
from shared import audit, outbox
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def bind_to_institution(tx: Transaction, accepted: CodeAccepted, *, actor: Actor, now: datetime) -> Binding:
    """The new active binding. Raises AlreadyBound, InstitutionNotActive."""
    if await bindings.select_current(tx, actor.id) is not None:
        raise AlreadyBound
    return await open_binding(tx, accepted, actor=actor, now=now)


async def open_binding(tx: Transaction, accepted: CodeAccepted, *, actor: Actor, now: datetime) -> Binding:
    """Insert an active binding with audit row and event; shared with change_binding. The unique index has the last
    word on "one at a time". Raises AlreadyBound, InstitutionNotActive."""
    institution = await institutions.lock_shared(tx, accepted.institution_id)
    require_active(institution.state)
    binding = Binding(
        id=new_id(),
        version=1,
        person_id=actor.id,
        institution_id=institution.id,
        institution_name=institution.name,
        state=next_state("none", "bind"),
        bound_at=now,
        ended_at=None,
        ended_by=None,
    )
    await bindings.insert(tx, binding, accepted.code_id)
    outbox.add(tx, binding_changed(binding, now))
    audit.record(
        tx,
        "binding.bind",
        actor=actor,
        subject_kind="binding",
        subject_id=binding.id,
        at=now,
        after=binding.state,
        institution_id=str(institution.id),
    )
    return binding
