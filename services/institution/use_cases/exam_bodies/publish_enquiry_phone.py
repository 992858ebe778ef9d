"""An exam body, or one above it, says where people ring with questions (P4)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.exam_body import require_active
from services.institution.domain.scope import scope_of
from services.institution.storage import exam_bodies, exam_body_enquiries
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction


async def publish_enquiry_phone(tx: Transaction, body_id: UUID, phone: str, *, actor: Actor, now: datetime) -> None:
    """Shown to everybody from now on. Raises NotFound, ExamBodyNotActive."""
    found = await exam_bodies.lock_territory(tx, body_id, scope_of(actor))
    if found is None:
        raise NotFound
    require_active(found.body)
    await exam_body_enquiries.upsert(tx, body_id, phone, actor.id, now)
    audit.record(
        tx,
        "exam_body.publish_enquiry_phone",
        actor=actor,
        subject_kind="exam_body",
        subject_id=body_id,
        at=now,
    )
