"""A verified person with the right code binds to an institution (A20, 4.3)."""

from datetime import datetime

from services.institution.domain.binding import AlreadyBound, Binding, IdentityRevoked, next_state
from services.institution.domain.confirmation_code import CodeAccepted, ConfirmationCodeUsedUp
from services.institution.domain.institution_life import require_active
from services.institution.domain.snapshots import binding_changed
from services.institution.storage import bindings, confirmation_codes, institutions, known_people, known_revoked_people
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
    word on "one at a time", the lock on the person on revocations. Raises IdentityRevoked, AlreadyBound,
    InstitutionNotActive, ConfirmationCodeUsedUp."""
    await known_people.lock(tx, actor.id)
    if await known_revoked_people.select_is_revoked(tx, actor.id):
        raise IdentityRevoked
    institution = await institutions.lock_shared(tx, accepted.institution_id)
    require_active(institution.state)
    quota = await confirmation_codes.lock_quota(tx, accepted.code_id)
    if quota is not None and await confirmation_codes.count_uses(tx, accepted.code_id) >= quota:
        raise ConfirmationCodeUsedUp
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
