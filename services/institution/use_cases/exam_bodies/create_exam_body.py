"""An exam body creates a body below itself and has its administrator invited (B4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.institution.domain.division import require_covered, unknown
from services.institution.domain.exam_body import ADMIN_ROLE, ExamBody, require_may_create
from services.institution.domain.scope import scope_of
from services.institution.domain.snapshots import exam_body_changed
from services.institution.storage import divisions, exam_bodies
from services.institution.use_cases.request_staff import request_staff
from shared import audit, outbox
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
    DivisionOutsideTerritory, ExamBodyTaken (B4)."""
    if (parent := await exam_bodies.lock_territory(tx, new.parent_id, scope_of(actor))) is None:
        raise NotFound
    require_may_create(actor.role, new.level, parent.body)
    codes = sorted(set(new.division_codes))
    known = {division.code for division in await divisions.select_many(tx, codes) if division.current}
    for place, code in enumerate(codes):
        if code not in known:
            raise unknown(f"/division_codes/{place}")
        require_covered(parent.division_codes, code)
    body_id = new_id()
    path = (*parent.body.path, body_id)
    body = ExamBody(body_id, 1, new.level, parent.body.id, path, new.code, new.name, "active")
    await exam_bodies.insert(tx, body, codes, actor.id, now)
    outbox.add(tx, exam_body_changed(body, now))
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
    audit.record(
        tx,
        "exam_body.create",
        actor=actor,
        subject_kind="exam_body",
        subject_id=body.id,
        at=now,
        after="active",
        level=body.level,
        parent_id=str(parent.body.id),
    )
    return body
