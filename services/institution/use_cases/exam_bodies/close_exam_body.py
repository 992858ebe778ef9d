"""The body above closes an exam body that nobody depends on any more (B4)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.exam_body import Territory
from services.institution.domain.exam_body_edits import TreeEdit, changed
from services.institution.use_cases.exam_bodies.apply_tree_edit import apply_tree_edit
from services.institution.use_cases.exam_bodies.lock_edited import lock_edited
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def close_exam_body(
    tx: Transaction, body_id: UUID, reason: str, *, expected_version: int, actor: Actor, now: datetime
) -> Territory:
    """Its staff accounts end when identity hears of it. Raises NotFound, OwnExamBody, StaleVersion, ExamBodyNotActive,
    BodiesWithoutParent, InstitutionsWithoutBody."""
    edited = await lock_edited(tx, body_id, expected_version, actor)
    closed = Territory(replace(edited.one.body, state="closed"), ())
    after = changed(edited.zone, [closed])
    await apply_tree_edit(tx, TreeEdit(body_id, "close", reason, after, {}), edited.zone, actor=actor, now=now)
    return after[0]
