"""Its maker takes the file of an export, if he may see now what it shows."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.export import ExportJob
from services.declaration.storage import known_exam_bodies, packet_sources
from services.declaration.storage.exports import EXPORTS
from services.declaration.use_cases.packets.request_packet import access_of
from shared.actor import Actor
from shared.errors import NotFound
from shared.exporting.steps import require_file
from shared.postgres.transaction import Reader


async def find_export(reader: Reader, job_id: UUID, *, actor: Actor, now: datetime) -> ExportJob:
    """A file that is there. Raises NotFound, also where the account speaks for another node now, ExportExpired,
    ExportNotReady; where none will ever be, ExportCancelled or what it failed of."""
    job = await EXPORTS.select_own(reader, job_id, actor.id)
    if job.role != actor.role or (job.scope_id is not None and job.scope_id != actor.scope_id):
        raise NotFound
    if job.scope_id is not None:
        await known_exam_bodies.select_path(reader, job.scope_id, job.scope_id)
    if job.declaration_id is not None:
        await packet_sources.select_accessible(reader, job.declaration_id, *access_of(actor))
    require_file(job, now)
    return job
