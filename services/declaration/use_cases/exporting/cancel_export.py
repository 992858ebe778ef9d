"""Its maker stops an export that runs (B8)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.export import UNFINISHED, ExportJob
from services.declaration.domain.export_errors import ExportOver
from services.declaration.storage import export_parts, exports
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction


async def cancel_export(tx: Transaction, job_id: UUID, version: int, *, actor: Actor, now: datetime) -> ExportJob:
    """What was gathered goes at once. Raises NotFound, StaleVersion, ExportOver."""
    job = await exports.lock_own(tx, job_id, actor.id)
    if job.state not in UNFINISHED:
        raise ExportOver(state=job.state)
    if job.version != version:
        raise StaleVersion(current=job.version, state=job.state)
    cancelled = await exports.update_over(tx, job, "cancelled", None, now)
    if cancelled is None:
        raise NotFound
    await export_parts.delete(tx, job.id)
    audit.record(
        tx,
        "export.cancel",
        actor=actor,
        subject_kind="export_job",
        subject_id=job.id,
        at=now,
        before=job.state,
        after=cancelled.state,
        rows=job.rows_done,
    )
    return cancelled
