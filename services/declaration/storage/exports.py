"""Table `export_job`: who exported what with which filter. An export is its maker's alone; that it was made, auditors
above see as well."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.export import LEASE, MOST_ATTEMPTS, ExportJob
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction

_COLUMNS: Final = tuple(field.name for field in fields(ExportJob))
_INSERT: Final = """
INSERT INTO export_job (id, version, kind, state, filter, language, reason_code, declaration_id, scope_id, scope_path,
                        created_by, role, rows_all, rows_done, attempts, downloads, created_at, moved_at,
                        notices_until)
VALUES ($1, 1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $13, $13, $14)
"""
_LOCK_MAKER: Final = "SELECT pg_advisory_xact_lock(hashtextextended('export_job.' || $1::text, 0))"
_COUNT_UNFINISHED: Final = """
SELECT count(*) FROM export_job WHERE created_by = $1 AND state IN ('gathering', 'writing')
"""
_SELECT_OWN: Final = "SELECT * FROM export_job WHERE id = $1 AND created_by = $2"
_LOCK_OWN: Final = "SELECT * FROM export_job WHERE id = $1 AND created_by = $2 FOR UPDATE"
# One's own; for an auditor ($2 is his body then) also what was exported out of his jurisdiction.
_SELECT_PAGE: Final = """
SELECT * FROM export_job
WHERE (created_by = $1 OR scope_path @> ARRAY[$2::uuid]) AND ($3::text IS NULL OR kind = $3)
  AND ($4::text IS NULL OR state = $4) AND ($5::uuid IS NULL OR created_by = $5)
  AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
  AND ($8::uuid IS NULL OR id < $8) ORDER BY id DESC LIMIT $9
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
# (id, attempt) is the lease: a later claim, and a cancellation, end it.
_UPDATE_WRITING: Final = """
UPDATE export_job SET rows_done = $3, leased_until = $4::timestamptz + $5::interval
WHERE id = $1 AND attempts = $2 AND state = 'writing'
"""
_UPDATE_DONE: Final = """
UPDATE export_job SET state = 'done', version = version + 1, rows_all = $3, rows_done = $3, object_key = $4, sha256 =
    $5, size = $6, finished_at = $7, moved_at = $7, expires_at = $8, leased_until = NULL
WHERE id = $1 AND attempts = $2 AND state = 'writing'
"""
# A part that could not be read; tries are counted anew when one is.
_UPDATE_MISSED: Final = """
UPDATE export_job SET attempts = attempts + 1, moved_at = $3, leased_until = $3::timestamptz + interval '30 seconds'
WHERE id = $1 AND attempts = $2 AND state = 'gathering' RETURNING *
"""
# After a failure of its own the next try waits, so that it does not fail six times in a second.
_UPDATE_RELEASED: Final = """
UPDATE export_job SET attempts = attempts - $4::integer, moved_at = $3,
    leased_until = CASE WHEN $4::integer = 0 THEN $3::timestamptz + interval '30 seconds' END
WHERE id = $1 AND attempts = $2 AND state = 'writing'
"""
# Ended by who holds it: in the meantime another worker may have written it, or its maker cancelled it.
_UPDATE_OVER: Final = """
UPDATE export_job SET state = $2, failure = $3, version = version + 1, finished_at = $4, moved_at = $4, leased_until =
NULL WHERE id = $1 AND state = $5 AND attempts = $6 RETURNING *
"""
_UPDATE_DOWNLOADED: Final = "UPDATE export_job SET downloads = downloads + 1, downloaded_at = $2 WHERE id = $1"
_LOCK_EXPIRED: Final = """
SELECT id, object_key FROM export_job WHERE state = 'done' AND expires_at <= $1 ORDER BY expires_at LIMIT $2
FOR UPDATE SKIP LOCKED
"""
_UPDATE_EXPIRED: Final = """
UPDATE export_job SET state = 'expired', version = version + 1, object_key = NULL, moved_at = $2 WHERE id = $1
"""


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


async def count_unfinished(tx: Transaction, created_by: UUID) -> int:
    """How many of an account run; its other requests wait until this transaction ends."""
    await tx.fetchval(_LOCK_MAKER, str(created_by))
    number: int = await tx.fetchval(_COUNT_UNFINISHED, created_by)
    return number


async def select_own(reader: Reader, job_id: UUID, created_by: UUID) -> ExportJob:
    """One's own. Raises NotFound, also for those of others."""
    return _found(await reader.fetchrow(_SELECT_OWN, job_id, created_by))


async def lock_own(tx: Transaction, job_id: UUID, created_by: UUID) -> ExportJob:
    """The same, locked until commit. Raises NotFound."""
    return _found(await tx.fetchrow(_LOCK_OWN, job_id, created_by))


async def select_page(
    reader: Reader,
    created_by: UUID,
    audited_scope: UUID | None,
    *,
    kind: str | None,
    state: str | None,
    maker: UUID | None,
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> list[ExportJob]:
    """Newest first: one's own, and those of the jurisdiction of an auditor's body."""
    filters = (kind, state, maker, since, until)
    return [_found(r) for r in await reader.fetch(_SELECT_PAGE, created_by, audited_scope, *filters, before, limit)]


async def lock_next(tx: Transaction, now: datetime) -> ExportJob | None:
    """The one whose turn it is to be gathered, locked until commit."""
    row = await tx.fetchrow(_LOCK_NEXT, now)
    return None if row is None else _found(row)


async def update_gathered(
    tx: Transaction, job_id: UUID, rows: int, last_id: UUID | None, at: datetime, *, complete: bool
) -> None:
    """So many rows more of a locked job."""
    await tx.execute(_UPDATE_GATHERED, job_id, rows, last_id, at, complete)


async def update_missed(tx: Transaction, job: ExportJob, now: datetime) -> ExportJob | None:
    """Count a try that gathered nothing, and let it wait; None when the job is not the caller's any more."""
    row = await tx.fetchrow(_UPDATE_MISSED, job.id, job.attempts, now)
    return None if row is None else _found(row)


async def lock_for_writing(tx: Transaction, now: datetime) -> ExportJob | None:
    """Claim one that is gathered, for a while: who dies while writing loses only time."""
    row = await tx.fetchrow(_CLAIM, now, LEASE)
    return None if row is None else _found(row)


async def update_writing(tx: Transaction, job: ExportJob, rows_done: int, now: datetime) -> bool:
    """How far the writing is, and the lease anew; False when the job is not the caller's any more."""
    return bool(await tx.execute(_UPDATE_WRITING, job.id, job.attempts, rows_done, now, LEASE))


async def update_done(
    tx: Transaction, job: ExportJob, key: str, sha256: str, size: int, rows: int, now: datetime, expires_at: datetime
) -> bool:
    """The file is stored; False when the job is not the caller's any more."""
    return bool(await tx.execute(_UPDATE_DONE, job.id, job.attempts, rows, key, sha256, size, now, expires_at))


async def update_released(tx: Transaction, job: ExportJob, now: datetime, *, counts: bool) -> None:
    """Give a claimed one back; a try that failed because something was away does not count."""
    await tx.execute(_UPDATE_RELEASED, job.id, job.attempts, now, 0 if counts else 1)


async def update_over(
    tx: Transaction, job: ExportJob, state: str, failure: str | None, now: datetime
) -> ExportJob | None:
    """It ends without a file; None when the job is not the caller's any more."""
    row = await tx.fetchrow(_UPDATE_OVER, job.id, state, failure, now, job.state, job.attempts)
    return None if row is None else _found(row)


async def update_downloaded(tx: Transaction, job_id: UUID, now: datetime) -> None:
    """Count a download of a locked one."""
    await tx.execute(_UPDATE_DOWNLOADED, job_id, now)


async def lock_expired(tx: Transaction, now: datetime, limit: int) -> list[tuple[UUID, str]]:
    """(id, object key) of files whose time is over."""
    return [(row["id"], row["object_key"]) for row in await tx.fetch(_LOCK_EXPIRED, now, limit)]


async def update_expired(tx: Transaction, job_id: UUID, now: datetime) -> None:
    """The file of a locked one is named no more; its object goes as an orphan at the latest."""
    await tx.execute(_UPDATE_EXPIRED, job_id, now)


def exhausted(job: ExportJob) -> bool:
    """Whether a claimed job was tried too often; the claim itself is counted."""
    return job.attempts > MOST_ATTEMPTS


def _found(row: Row | None) -> ExportJob:
    if row is None:
        raise NotFound
    return ExportJob(**{**{name: row[name] for name in _COLUMNS}, "filter": json.loads(row["filter"])})
