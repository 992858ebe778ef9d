"""Ask for the decision packet of one declaration: the person, the bodies above the unit, auditors; made by a worker."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.export import ExportJob
from services.declaration.storage import packet_sources
from services.declaration.storage.exports import EXPORTS
from services.declaration.use_cases.exporting.acts_now import acts_now
from services.declaration.use_cases.exporting.request_export import keep_job, new_job
from shared import outbox
from shared.actor import Actor
from shared.contracts.declaration import PacketNoticesAsked
from shared.errors import NotFound
from shared.exporting.job import Reason
from shared.exporting.steps import require_turn
from shared.postgres.transaction import Reader, Transaction

_ALWAYS_THERE: Final = 10
"""Files of a packet that are always there."""


async def request_packet(
    tx: Transaction,
    declaration_id: UUID,
    reason: Reason,
    language: str,
    *,
    actor: Actor,
    now: datetime,
    notices_within: timedelta,
) -> ExportJob:
    """Notification is asked for the notices, and the packet waits for them so long at most. Raises NotFound outside
    what the actor may open, TooManyExports."""
    found = await packet_sources.select_accessible(tx, declaration_id, *access_of(actor))
    await require_turn(tx, EXPORTS, actor)
    why: Reason = "own_data" if actor.kind == "candidate" else reason
    path = list(found["filing_body_path"])
    job = new_job("packet", {}, why, language, path, actor, now, declaration_id, now + notices_within)
    files = _ALWAYS_THERE + await packet_sources.count_files(tx, declaration_id)
    kept = await keep_job(tx, job, files, actor)
    evaluations, lists = await packet_sources.select_subjects(tx, declaration_id)
    asked = PacketNoticesAsked(
        occurred_at=now,
        aggregate_version=kept.version,
        packet_id=kept.id,
        person_id=found["person_id"],
        declaration_id=found["id"],
        cycle_id=found["cycle_id"],
        evaluations=evaluations,
        lists=lists,
        own_only=actor.kind == "candidate",
    )
    outbox.add(tx, asked)
    return kept


def access_of(actor: Actor) -> tuple[UUID | None, UUID | None]:
    """(person, exam body) through which an actor sees declarations."""
    return (actor.id, None) if actor.kind == "candidate" else (None, actor.scope_id)


async def require_access(reader: Reader, job: ExportJob) -> dict[str, object]:
    """The declaration of a packet that is made, if its maker may see it now. Raises NotFound, MakerNotKnownYet."""
    if job.declaration_id is None or not await acts_now(reader, job):
        raise NotFound
    return await packet_sources.select_accessible(reader, job.declaration_id, *access_of(job.maker))
