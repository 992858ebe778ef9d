"""Ask for a copy of everything identity holds about oneself (V59, PIPL 45)."""

from datetime import datetime, timedelta
from uuid import UUID

from services.identity.storage import own_data_exports
from services.identity.storage.own_data_exports import OwnDataExport
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Transaction

_PER_DAY = Rate("own_data.export", 5, timedelta(days=1))


async def request_export(tx: Transaction, actor: Actor, now: datetime) -> OwnDataExport:
    """The copy that will be made, or the one that is being made already. Raises LimitReached."""
    await take(tx, _PER_DAY, actor.id.bytes, now)
    if await own_data_exports.insert(tx, new_id(), actor.id, now):
        audit.record(tx, "own_data.request", actor=actor, subject_kind="person", subject_id=actor.id, at=now)
    return next(one for one in await own_data_exports.select_of(tx, actor.id) if one.state == "queued")


def record_download(tx: Transaction, export_id: UUID, actor: Actor, now: datetime) -> None:
    """One audit entry per download."""
    audit.record(
        tx,
        "own_data.download",
        actor=actor,
        subject_kind="person",
        subject_id=actor.id,
        at=now,
        export_id=str(export_id),
    )
