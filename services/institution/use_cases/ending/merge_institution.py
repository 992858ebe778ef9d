"""An exam body merges an institution into another: its people go over, its names stay as former names (4.2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.binding import CycleEnd
from services.institution.domain.institution import Institution, MergedIntoItself
from services.institution.domain.institution_life import require_active
from services.institution.domain.scope import scope_of
from services.institution.storage import institution_aliases, institutions
from services.institution.use_cases.bindings.carry_bindings_over import order_binding_move
from services.institution.use_cases.ending.require_none_unfinished import require_none_unfinished
from services.institution.use_cases.ending.suspend_institution import lock_for
from services.institution.use_cases.institutions.move_institution import move_institution
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def merge_institution(
    tx: Transaction,
    institution_id: UUID,
    successor_id: UUID,
    reason_code: str,
    note: str | None,
    *,
    expected_version: int,
    held_until: CycleEnd,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Both lie in the caller's jurisdiction, and the successor is active. Raises MergedIntoItself, NotFound,
    StaleVersion, ReasonNotOffered, NoteMissing, InstitutionNotActive, DeclarationsUnfinished."""
    if successor_id == institution_id:
        raise MergedIntoItself
    before = await lock_for(tx, "merge", institution_id, reason_code, note, expected_version, actor)
    # Its names are about to change: of two mergers into it, each with a shared lock, neither could go on.
    successor = await institutions.lock(tx, successor_id, scope_of(actor))
    require_active(successor.state)
    await require_none_unfinished(tx, before, held_until, now)
    changed = replace(before, merged_into_id=successor.id)
    await institutions.update_registration(tx, changed)
    after = await move_institution(
        tx,
        before,
        "merge",
        actor=actor,
        now=now,
        action="institution.merge",
        changed=changed,
        reason=reason_code,
        note=note,
        successor_id=str(successor.id),
    )
    for kind in ("alias", "former"):
        for name in await institution_aliases.select_names(tx, before.id, kind):
            await institution_aliases.insert(tx, successor.id, kind, name, now)
    await institution_aliases.insert(tx, successor.id, "former", before.name, now)
    await order_binding_move(tx, before.id, successor.id, now)
    return after
