"""Table `export_job` as declaration has it: with what is gathered part by part, and packets that wait for notices."""

import json
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.export import ExportJob
from services.declaration.storage import export_parts
from shared.exporting.jobs import ExportJobs
from shared.postgres.transaction import Transaction

_INSERT: Final = """
INSERT INTO export_job (id, version, kind, state, filter, language, reason_code, declaration_id, scope_id, scope_path,
                        created_by, role, rows_all, rows_done, attempts, downloads, created_at, moved_at,
                        notices_until)
VALUES ($1, 1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $13, $13, $14)
"""
# The one that waited longest, so that a large export does not hold up the others.
_LOCK_NEXT: Final = """
SELECT * FROM export_job WHERE state = 'gathering' AND (leased_until IS NULL OR leased_until < $1)
ORDER BY moved_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_UPDATE_GATHERED: Final = """
UPDATE export_job SET rows_done = rows_done + $2, last_id = coalesce($3, last_id), moved_at = $4,
    attempts = 0, leased_until = NULL, state = CASE WHEN $5 THEN 'writing' ELSE state END,
    version = version + CASE WHEN $5 THEN 1 ELSE 0 END
WHERE id = $1
"""
# A packet is written when its notices are there, or when it waited for them long enough.
_CLAIM: Final = """
UPDATE export_job SET attempts = attempts + 1, leased_until = $1::timestamptz + $2::interval, moved_at = $1,
    notices_until = NULL
WHERE id = (
    SELECT j.id FROM export_job j WHERE j.state = 'writing' AND (j.leased_until IS NULL OR j.leased_until < $1)
      AND (j.notices_until IS NULL OR j.notices_until <= $1)
    ORDER BY j.moved_at, j.id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING *
"""
# A part that could not be read; tries are counted anew when one is.
_UPDATE_MISSED: Final = """
UPDATE export_job SET attempts = attempts + 1, moved_at = $3, leased_until = $3::timestamptz + interval '30 seconds'
WHERE id = $1 AND attempts = $2 AND state = 'gathering' RETURNING *
"""
# Nothing failed: no try is counted, and the others come first.
_UPDATE_PUT_OFF: Final = """
UPDATE export_job SET moved_at = $3, leased_until = $3::timestamptz + interval '5 seconds'
WHERE id = $1 AND attempts = $2 AND state = 'gathering'
"""
EXPORTS: Final = ExportJobs(ExportJob, _CLAIM, export_parts.delete)


async def insert(tx: Transaction, job: ExportJob) -> None:
    """A job that waits for a worker."""
    await tx.execute(
        _INSERT,
        job.id,
        job.kind,
        job.state,
        json.dumps(job.filter),
        job.language,
        job.reason_code,
        job.declaration_id,
        job.scope_id,
        job.scope_path,
        job.created_by,
        job.role,
        job.rows_all,
        job.created_at,
        job.notices_until,
    )


async def lock_next(tx: Transaction, now: datetime) -> ExportJob | None:
    """The one whose turn it is to be gathered, locked until commit."""
    row = await tx.fetchrow(_LOCK_NEXT, now)
    return None if row is None else EXPORTS.found(row)


async def update_gathered(
    tx: Transaction, job_id: UUID, rows: int, last_id: UUID | None, at: datetime, *, complete: bool
) -> None:
    """So many rows more of a locked job."""
    await tx.execute(_UPDATE_GATHERED, job_id, rows, last_id, at, complete)


async def update_missed(tx: Transaction, job: ExportJob, now: datetime) -> ExportJob | None:
    """Count a try that gathered nothing, and let it wait; None when the job is not the caller's any more."""
    row = await tx.fetchrow(_UPDATE_MISSED, job.id, job.attempts, now)
    return None if row is None else EXPORTS.found(row)


async def update_put_off(tx: Transaction, job: ExportJob, now: datetime) -> None:
    """Let one wait that has to be gathered later, its tries as they are."""
    await tx.execute(_UPDATE_PUT_OFF, job.id, job.attempts, now)
