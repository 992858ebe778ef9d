"""Its maker takes the file of an export, if he may see now what it shows."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.scope import scope_of
from services.institution.storage import exam_bodies
from services.institution.storage.exports import EXPORTS
from shared.actor import Actor
from shared.errors import NotFound
from shared.exporting.job import Export
from shared.exporting.steps import require_file
from shared.postgres.transaction import Reader


async def find_institution_export(reader: Reader, job_id: UUID, *, actor: Actor, now: datetime) -> Export:
    """A file that is there. Raises NotFound, also where the account speaks for another node now or the body that was
    looked at went elsewhere, and what `require_file` raises."""
    job, scope = await EXPORTS.select_own(reader, job_id, actor.id), scope_of(actor)
    if (job.role, job.scope_id) != (actor.role, scope):
        raise NotFound
    await exam_bodies.select(reader, UUID(str(job.filter["body_id"])), scope)
    require_file(job, now)
    return job
