"""The body above gives an exam body other divisions to answer for (B4, 5.8)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.exam_body import Territory
from services.institution.domain.exam_body_edits import TreeEdit, changed
from services.institution.use_cases.exam_bodies.apply_tree_edit import apply_tree_edit
from services.institution.use_cases.exam_bodies.lock_edited import lock_edited
from services.institution.use_cases.exam_bodies.require_divisions import require_divisions
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def change_territory(
    tx: Transaction,
    body_id: UUID,
    codes: Sequence[str],
    reason: str,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Territory:
    """Without codes the body shares the territory of the one above. Raises NotFound, OwnExamBody, StaleVersion,
    ExamBodyNotActive, DivisionUnknown, TerritoriesOverlap, TerritoryNotCovered, InstitutionsWithoutBody."""
    edited = await lock_edited(tx, body_id, expected_version, actor)
    after = changed(edited.zone, [replace(edited.one, division_codes=await require_divisions(tx, codes))])
    if not after:
        return edited.one
    await apply_tree_edit(tx, TreeEdit(body_id, "territory", reason, after, {}), edited.zone, actor=actor, now=now)
    return after[0]
