"""Files whose time is over are named no more (B8)."""

from datetime import datetime
from typing import Final

from services.declaration.storage import exports
from shared import audit
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction

BATCH: Final = 100


async def expire_exports(tx: Transaction, *, now: datetime) -> list[str]:
    """The keys of the objects, for removal after the commit; who dies before leaves orphans, which are swept (M11)."""
    keys = []
    for job_id, key in await exports.lock_expired(tx, now, BATCH):
        await exports.update_expired(tx, job_id, now)
        audit.record(
            tx,
            "export.expire",
            actor=SYSTEM,
            subject_kind="export_job",
            subject_id=job_id,
            at=now,
            before="done",
            after="expired",
        )
        keys.append(key)
    return keys
