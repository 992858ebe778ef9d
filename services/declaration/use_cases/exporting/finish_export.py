"""The file of an export lies in the bucket: the job says so, and what was gathered goes (B8)."""

import hashlib
from datetime import datetime, timedelta

from services.declaration.domain.export import ExportJob
from services.declaration.storage import export_parts, exports
from shared import audit
from shared.postgres.transaction import Transaction


async def finish_export(
    tx: Transaction, job: ExportJob, key: str, data: bytes, rows: int, *, now: datetime, kept: timedelta
) -> bool:
    """False when the job is not this writer's any more: another one wrote it, or it was cancelled."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not await exports.update_done(tx, job, key, sha256, len(data), rows, now, now + kept):
        return False
    await export_parts.delete(tx, job.id)
    audit.record(
        tx,
        "export.finish",
        actor=job.maker,
        subject_kind="export_job",
        subject_id=job.id,
        at=now,
        before=job.state,
        after="done",
        rows=rows,
        sha256=sha256,
    )
    return True
