"""Publish a new version of the notice: from then on submissions must have accepted it (A26)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.cycle import require_changeable
from services.declaration.storage import cycles
from services.declaration.storage.cycles import Notice
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def publish_notice(
    tx: Transaction, cycle_id: UUID, text_zh: str, text_en: str, *, actor: Actor, now: datetime
) -> Notice:
    """The published version. Raises NotFound, CycleFinished."""
    cycle = await cycles.lock(tx, cycle_id)
    require_changeable(cycle)
    version = await cycles.insert_notice(tx, cycle.id, text_zh, text_en, now)
    audit.record(
        tx,
        "cycle.publish_notice",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        notice_version=version,
    )
    return Notice(version, text_zh, text_en, now)
