"""The body above gives an exam body another name (B4)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.exam_body import Territory
from services.institution.domain.exam_body_edits import TreeEdit, changed
from services.institution.use_cases.exam_bodies.apply_tree_edit import apply_tree_edit
from services.institution.use_cases.exam_bodies.lock_edited import lock_edited
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def rename_exam_body(
    tx: Transaction, body_id: UUID, name: str, reason: str, *, expected_version: int, actor: Actor, now: datetime
) -> Territory:
    """Raises NotFound, OwnExamBody, StaleVersion, ExamBodyNotActive, ExamBodyTaken."""
    edited = await lock_edited(tx, body_id, expected_version, actor)
    named = replace(edited.one, body=replace(edited.one.body, name=name))
    after = changed(edited.zone, [named])
    if not after:
        return edited.one
    await apply_tree_edit(tx, TreeEdit(body_id, "rename", reason, after, {}), edited.zone, actor=actor, now=now)
    return after[0]
