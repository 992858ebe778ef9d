"""Its maker takes the file of an export; every time is on record (V64)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.export import ExportJob, Failure
from services.declaration.domain.export_errors import (
    ExportCancelled,
    ExportExpired,
    ExportNotReady,
    ExportRightsLost,
    ExportSourceLost,
    ExportTriesSpent,
)
from services.declaration.storage import exports, known_exam_bodies, packet_sources
from services.declaration.use_cases.packets.request_packet import access_of
from shared import audit
from shared.actor import Actor
from shared.errors import Conflict, NotFound
from shared.postgres.transaction import Reader, Transaction

_FAILED: Final[Mapping[Failure, type[Conflict]]] = {
    "rights_lost": ExportRightsLost,
    "source_lost": ExportSourceLost,
    "too_many_tries": ExportTriesSpent,
}


async def find_export(reader: Reader, job_id: UUID, *, actor: Actor, now: datetime) -> ExportJob:
    """A file that is there. Raises NotFound, also where the account speaks for another node now, ExportExpired,
    ExportNotReady; where none will ever be, ExportCancelled or what it failed of."""
    job = await exports.select_own(reader, job_id, actor.id)
    if job.role != actor.role or (job.scope_id is not None and job.scope_id != actor.scope_id):
        raise NotFound
    if job.scope_id is not None:
        await known_exam_bodies.select_path(reader, job.scope_id, job.scope_id)
    if job.declaration_id is not None:
        await packet_sources.select_accessible(reader, job.declaration_id, *access_of(actor))
    if job.state == "expired" or (job.expires_at is not None and job.expires_at <= now):
        raise ExportExpired
    if job.failure is not None:
        raise _FAILED[job.failure]
    if job.state == "cancelled":
        raise ExportCancelled
    if job.state != "done":
        raise ExportNotReady(state=job.state)
    return job


async def open_export(tx: Transaction, job: ExportJob, *, actor: Actor, now: datetime) -> None:
    """The download is counted and recorded."""
    await exports.update_downloaded(tx, job.id, now)
    audit.record(
        tx,
        "export.download",
        actor=actor,
        subject_kind="export_job",
        subject_id=job.id,
        at=now,
        reason=job.reason_code,
        kind=job.kind,
        rows=job.rows_done,
        declaration_id=None if job.declaration_id is None else str(job.declaration_id),
    )
