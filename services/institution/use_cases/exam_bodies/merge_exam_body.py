"""A body above both lets one exam body go up in another of its level (B4, B18)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.exam_body import Territory, require_active
from services.institution.domain.exam_body_edits import (
    MergeLevelsDiffer,
    OwnExamBody,
    SameExamBody,
    TreeEdit,
    changed,
    joined,
    replanted,
)
from services.institution.use_cases.exam_bodies.apply_tree_edit import apply_tree_edit
from services.institution.use_cases.exam_bodies.lock_edited import lock_edited
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def merge_exam_body(
    tx: Transaction, body_id: UUID, into_id: UUID, reason: str, *, expected_version: int, actor: Actor, now: datetime
) -> Territory:
    """The successor takes over divisions, bodies below and living institutions; what was decided stays decided by the
    body that is no more, and its staff accounts end when identity hears of it. The successor as it is now.

    Raises NotFound (either out of scope), OwnExamBody, StaleVersion, ExamBodyNotActive, SameExamBody,
    MergeLevelsDiffer, ExamBodyTaken, TerritoriesOverlap, TerritoryNotCovered, InstitutionsWithoutBody."""
    edited = await lock_edited(tx, body_id, expected_version, actor)
    into = edited.in_scope(into_id)
    _require_may_merge(edited.one, into, edited.scope_id)
    after = changed(edited.zone, replanted(_merged(edited.zone, edited.one, into)))
    edit = TreeEdit(body_id, "merge", reason, after, {body_id: into_id})
    await apply_tree_edit(tx, edit, edited.zone, actor=actor, now=now)
    return next((one for one in after if one.body.id == into_id), into)


def _require_may_merge(one: Territory, into: Territory, scope_id: UUID) -> None:
    if into.body.id == one.body.id:
        raise SameExamBody
    if into.body.id == scope_id:
        raise OwnExamBody
    if into.body.level != one.body.level:
        raise MergeLevelsDiffer
    require_active(into.body)


def _merged(zone: Sequence[Territory], gone: Territory, into: Territory) -> list[Territory]:
    """A successor that shares the territory of the body above goes on to do so. Bodies below that are no more stay
    where they were: nothing of the past moves."""
    codes = joined(into.division_codes, gone.division_codes) if into.division_codes else ()
    result = []
    for one in zone:
        if one.body.id == gone.body.id:
            result.append(Territory(replace(one.body, state="merged", successor_id=into.body.id), ()))
        elif one.body.id == into.body.id:
            result.append(replace(one, division_codes=codes))
        elif one.body.parent_id == gone.body.id and one.body.state == "active":
            result.append(replace(one, body=replace(one.body, parent_id=into.body.id)))
        else:
            result.append(one)
    return result
