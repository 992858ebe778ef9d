"""What happens to the bound people when their institution is suspended, resumed, closed or merged: in the transaction
of that step, so that nobody stands between two states; every binding is told and recorded by itself (4.3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from services.institution.domain.binding import Binding, BindingState, next_state
from services.institution.domain.institution import Institution
from services.institution.domain.snapshots import binding_changed
from services.institution.storage import institution_bindings
from shared import audit, outbox
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction

_SOURCES: Final[dict[str, tuple[BindingState, ...]]] = {"freeze": ("active",), "thaw": ("frozen",)}


async def turn_all_bindings(
    tx: Transaction,
    institution: Institution,
    event: Literal["freeze", "thaw"],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None,
) -> int:
    """Freeze what is active, or thaw what is frozen; how many."""
    held = await institution_bindings.lock_all(tx, institution.id, _SOURCES[event])
    turned = [replace(one, version=one.version + 1, state=next_state(one.state, event)) for one in held]
    await institution_bindings.update_all(tx, turned, None)
    _tell(tx, event, held, turned, actor=actor, now=now, reason=reason)
    return len(turned)


async def carry_all_bindings(
    tx: Transaction, merged: Institution, successor: Institution, *, actor: Actor, now: datetime
) -> int:
    """End every binding that is held at `merged` and begin one at `successor`; how many. Declarations keep the unit at
    which they were made: what they hold up is a person's own step, not this one."""
    held = await institution_bindings.lock_all(tx, merged.id, ("active", "frozen"))
    ended = [
        replace(one, version=one.version + 1, state=next_state(one.state, "change"), ended_at=now, ended_by="system")
        for one in held
    ]
    begun = [
        Binding(
            id=new_id(),
            version=1,
            person_id=one.person_id,
            institution_id=successor.id,
            institution_name=successor.name,
            state=next_state("none", "bind"),
            bound_at=now,
            ended_at=None,
            ended_by=None,
        )
        for one in held
    ]
    await institution_bindings.update_all(tx, ended, "merged")
    await institution_bindings.insert_all(tx, begun)
    _tell(tx, "merge", held, ended, actor=actor, now=now, reason="merged")
    _tell(tx, "carry_over", [None] * len(begun), begun, actor=actor, now=now, reason="merged")
    return len(begun)


def _tell(
    tx: Transaction,
    event: str,
    before: Sequence[Binding | None],
    after: Sequence[Binding],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None,
) -> None:
    for old, new in zip(before, after, strict=True):
        outbox.add(tx, binding_changed(new, now))
        audit.record(
            tx,
            f"binding.{event}",
            actor=actor,
            subject_kind="binding",
            subject_id=new.id,
            at=now,
            before=None if old is None else old.state,
            after=new.state,
            reason=reason,
            institution_id=str(new.institution_id),
        )
