"""A body above both hangs an exam body below another one; what lies below it comes along (B4, B18)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.exam_body import Territory, require_may_hang
from services.institution.domain.exam_body_edits import SameExamBody, TreeEdit, changed, replanted
from services.institution.use_cases.exam_bodies.apply_tree_edit import apply_tree_edit
from services.institution.use_cases.exam_bodies.lock_edited import lock_edited
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def move_exam_body(
    tx: Transaction, body_id: UUID, parent_id: UUID, reason: str, *, expected_version: int, actor: Actor, now: datetime
) -> Territory:
    """Past terms keep the old place. Raises NotFound (either out of scope), OwnExamBody, StaleVersion,
    ExamBodyNotActive, SameExamBody, ParentLevelWrong, ExamBodyTaken, TerritoriesOverlap, TerritoryNotCovered,
    InstitutionsWithoutBody."""
    edited = await lock_edited(tx, body_id, expected_version, actor)
    parent = edited.in_scope(parent_id).body
    if body_id in parent.path:
        raise SameExamBody
    require_may_hang(edited.one.body.level, parent)
    hung = replace(edited.one, body=replace(edited.one.body, parent_id=parent.id))
    after = changed(edited.zone, replanted([hung if one.body.id == body_id else one for one in edited.zone]))
    if not after:
        return edited.one
    await apply_tree_edit(tx, TreeEdit(body_id, "move", reason, after, {}), edited.zone, actor=actor, now=now)
    return next(one for one in after if one.body.id == body_id)
