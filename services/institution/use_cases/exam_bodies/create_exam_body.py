"""An exam body creates a body below itself and has its administrator invited (B4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.institution.domain.division import require_covered
from services.institution.domain.exam_body import ADMIN_ROLE, ExamBody, Territory, require_may_create
from services.institution.domain.exam_body_edits import TreeEdit
from services.institution.domain.scope import scope_of
from services.institution.storage import exam_bodies, exam_body_tree
from services.institution.use_cases.exam_bodies.apply_tree_edit import apply_tree_edit
from services.institution.use_cases.exam_bodies.require_divisions import require_divisions
from services.institution.use_cases.request_staff import request_staff
from shared.actor import Actor
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class NewExamBody:
    """What is asked for; without division codes the body shares the territory of the one above."""

    name: str
    level: Literal["site", "point"]
    parent_id: UUID
    code: str
    division_codes: Sequence[str]
    admin_name: str
    admin_phone: str


async def create_exam_body(
    tx: Transaction, keyring: Keyring, new: NewExamBody, *, actor: Actor, now: datetime
) -> ExamBody:
    """Raises NotFound (parent out of scope), LevelNotAllowed, ParentLevelWrong, ExamBodyNotActive, DivisionUnknown,
    DivisionOutsideTerritory, TerritoriesOverlap, ExamBodyTaken (B4)."""
    await exam_body_tree.lock_zone(tx, new.parent_id, scope_of(actor))
    if (parent := await exam_bodies.lock_territory(tx, new.parent_id, scope_of(actor))) is None:
        raise NotFound
    require_may_create(actor.role, new.level, parent.body)
    codes = await require_divisions(tx, sorted(set(new.division_codes)))
    for code in codes:
        require_covered(parent.division_codes, code)
    body_id = new_id()
    path = (*parent.body.path, body_id)
    body = ExamBody(body_id, 1, new.level, parent.body.id, path, new.code, new.name, "active")
    before = await exam_body_tree.select_subtree(tx, path[0])
    edit = TreeEdit(body_id, "create", "", [Territory(body, codes)], {})
    await apply_tree_edit(tx, edit, before, actor=actor, now=now)
    request_staff(
        tx,
        keyring,
        role=ADMIN_ROLE[new.level],
        scope_id=body.id,
        scope_name=body.name,
        name=new.admin_name,
        phone=new.admin_phone,
        requested_by=actor.id,
        now=now,
    )
    return body
