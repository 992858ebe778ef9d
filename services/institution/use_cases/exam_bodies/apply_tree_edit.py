"""Write one edit of the tree of exam bodies: history, bodies, institutions, guards, news, audit (B4, B18)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.institution.domain.exam_body import Territory
from services.institution.domain.exam_body_edits import TreeEdit, require_sound
from services.institution.domain.snapshots import exam_body_changed, institution_changed
from services.institution.storage import exam_body_tree, filing_bodies, former_exam_bodies, institutions
from shared import audit, outbox
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def apply_tree_edit(
    tx: Transaction, edit: TreeEdit, before: Sequence[Territory], *, actor: Actor, now: datetime
) -> None:
    """Write `edit`; `before` are the bodies of the zone as they are, its row is locked (see lock_zone).

    The guards look at the whole zone as it is afterwards. Raises ExamBodyTaken, BodiesWithoutParent,
    TerritoriesOverlap, TerritoryNotCovered, InstitutionsWithoutBody."""
    was = {one.body.id: one for one in before}
    known = [one.body.id for one in edit.after if one.body.id in was]
    if known:
        await exam_body_tree.lock_subtree(tx, _top(edit, was))
        await former_exam_bodies.insert(tx, known, edit.change, actor.id, edit.reason, now)
    for one in edit.after:
        if one.body.id in was:
            await exam_body_tree.update(tx, one)
        else:
            await exam_body_tree.insert(tx, one, actor.id, now)
    moved = await _settle_institutions(tx, edit, known, actor, now)
    after = {**was, **{one.body.id: one for one in edit.after}}
    zone_id = next(one.body.id for one in before if one.body.level == "zone")
    # A name puts nobody anywhere: what was loaded crooked long ago must not keep a body from getting its right name.
    touched = frozenset(one.body.id for one in edit.after if edit.change != "rename")
    require_sound(list(after.values()), await filing_bodies.count_housed(tx, zone_id), touched)
    for one in edit.after:
        outbox.add(tx, exam_body_changed(one.body, now))
    for institution in await institutions.select_these(tx, moved):
        outbox.add(tx, institution_changed(institution, now))
    _record(tx, edit, len(moved), actor, now)


async def _settle_institutions(
    tx: Transaction, edit: TreeEdit, known: Sequence[UUID], actor: Actor, now: datetime
) -> list[UUID]:
    """Institutions follow: those of a merged body to its successor, those of a moved one by their path."""
    moved: list[UUID] = []
    for from_id, to_id in edit.rehoused.items():
        ids = await filing_bodies.lock_housed(tx, from_id)
        await filing_bodies.update(tx, ids, to_id, actor.id, edit.reason, now)
        moved += ids
    return moved + await filing_bodies.update_paths(tx, known, now)


def _top(edit: TreeEdit, was: dict[UUID, Territory]) -> UUID:
    """The lowest body that all edited ones lie below: their subtree is kept still."""
    paths = [was[one.body.id].body.path for one in edit.after if one.body.id in was]
    shared = [level[0] for level in zip(*paths, strict=False) if len(set(level)) == 1]
    top: UUID = shared[-1]
    return top


def _record(tx: Transaction, edit: TreeEdit, moved: int, actor: Actor, now: datetime) -> None:
    audit.record(
        tx,
        f"exam_body.{edit.change}",
        actor=actor,
        subject_kind="exam_body",
        subject_id=edit.subject_id,
        at=now,
        after=next((one.body.state for one in edit.after if one.body.id == edit.subject_id), None),
        reason=edit.reason or None,
        bodies=[str(one.body.id) for one in edit.after],
        institutions=moved,
    )
