"""Table `export_job` of a service that exports: who exported what with which filter. An export is its maker's alone;
that it was made, auditors above see as well. Each service adds its own columns, and inserts."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Generic, TypeVar
from uuid import UUID

from shared.errors import NotFound
from shared.exporting.job import LEASE, Export, ExportState
from shared.postgres.transaction import Reader, Row, Transaction

J = TypeVar("J", bound=Export)
CLAIM: Final = """
UPDATE export_job SET attempts = attempts + 1, leased_until = $1::timestamptz + $2::interval, moved_at = $1
WHERE id = (
    SELECT j.id FROM export_job j WHERE j.state = 'writing' AND (j.leased_until IS NULL OR j.leased_until < $1)
    ORDER BY j.moved_at, j.id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING *
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
# After a failure of its own the next try waits, so that it does not fail six times in a second.
_UPDATE_RELEASED: Final = """
UPDATE export_job SET attempts = attempts - $4::integer, moved_at = $3,
    leased_until = CASE WHEN $4::integer = 0 THEN $3::timestamptz + interval '30 seconds' END
WHERE id = $1 AND attempts = $2 AND state = 'writing'
"""
# Nothing failed: no try is counted, and the others come first.
_UPDATE_PUT_OFF: Final = """
UPDATE export_job SET attempts = attempts - 1, moved_at = $3, leased_until = $3::timestamptz + interval '5 seconds'
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


async def nothing_to_forget(_tx: Transaction, _job_id: UUID) -> None:
    """Of exports beside whose job nothing is kept."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exports a page shows; None does not filter. `since` and `until` bound the time of asking."""

    kind: str | None
    state: ExportState | None
    maker: UUID | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ExportJobs(Generic[J]):
    """The jobs of one service: how a row is read, when one is claimed, what goes with a job that is over."""

    row: type[J]
    claim: str = CLAIM
    forget: Callable[[Transaction, UUID], Awaitable[None]] = nothing_to_forget

    def found(self, row: Row | None) -> J:
        """A job from its row. Raises NotFound for none."""
        if row is None:
            raise NotFound
        values = {one.name: row[one.name] for one in fields(self.row)}
        return self.row(**{**values, "filter": json.loads(row["filter"])})

    async def count_unfinished(self, tx: Transaction, created_by: UUID) -> int:
        """How many of an account run; its other requests wait until this transaction ends."""
        await tx.fetchval(_LOCK_MAKER, str(created_by))
        number: int = await tx.fetchval(_COUNT_UNFINISHED, created_by)
        return number

    async def select_own(self, reader: Reader, job_id: UUID, created_by: UUID) -> J:
        """One's own. Raises NotFound, also for those of others."""
        return self.found(await reader.fetchrow(_SELECT_OWN, job_id, created_by))

    async def lock_own(self, tx: Transaction, job_id: UUID, created_by: UUID) -> J:
        """The same, locked until commit. Raises NotFound."""
        return self.found(await tx.fetchrow(_LOCK_OWN, job_id, created_by))

    async def select_page(
        self,
        reader: Reader,
        created_by: UUID,
        audited_scope: UUID | None,
        wanted: Wanted,
        before: UUID | None,
        limit: int,
    ) -> list[J]:
        """Newest first: one's own, and those of the jurisdiction of an auditor's body."""
        filters = (wanted.kind, wanted.state, wanted.maker, wanted.since, wanted.until)
        rows = await reader.fetch(_SELECT_PAGE, created_by, audited_scope, *filters, before, limit)
        return [self.found(row) for row in rows]

    async def lock_for_writing(self, tx: Transaction, now: datetime) -> J | None:
        """Claim the one that waited longest to be written, under a lease."""
        row = await tx.fetchrow(self.claim, now, LEASE)
        return None if row is None else self.found(row)

    async def update_over(
        self, tx: Transaction, job: Export, state: ExportState, failure: str | None, now: datetime
    ) -> J | None:
        """It ends without a file; None when the job is not the caller's any more."""
        row = await tx.fetchrow(_UPDATE_OVER, job.id, state, failure, now, job.state, job.attempts)
        return None if row is None else self.found(row)


async def update_writing(tx: Transaction, job: Export, rows_done: int, now: datetime) -> bool:
    """A sign of life; False when the job is not the caller's any more."""
    return bool(await tx.execute(_UPDATE_WRITING, job.id, job.attempts, rows_done, now, LEASE))


async def update_done(
    tx: Transaction, job: Export, key: str, sha256: str, size: int, rows: int, now: datetime, expires_at: datetime
) -> bool:
    """The file is stored; False when the job is not the caller's any more."""
    return bool(await tx.execute(_UPDATE_DONE, job.id, job.attempts, rows, key, sha256, size, now, expires_at))


async def update_released(tx: Transaction, job: Export, now: datetime, *, counts: bool) -> None:
    """Give a claimed one back; a try that failed because something was away does not count."""
    await tx.execute(_UPDATE_RELEASED, job.id, job.attempts, now, 0 if counts else 1)


async def update_put_off(tx: Transaction, job: Export, now: datetime) -> None:
    """Give a claimed one back that has to be written later."""
    await tx.execute(_UPDATE_PUT_OFF, job.id, job.attempts, now)


async def update_downloaded(tx: Transaction, job_id: UUID, now: datetime) -> None:
    """Count a download."""
    await tx.execute(_UPDATE_DOWNLOADED, job_id, now)


async def lock_expired(tx: Transaction, now: datetime, limit: int) -> list[tuple[UUID, str]]:
    """(id, object key) of files whose time is over."""
    return [(row["id"], row["object_key"]) for row in await tx.fetch(_LOCK_EXPIRED, now, limit)]


async def update_expired(tx: Transaction, job_id: UUID, now: datetime) -> None:
    """The file of a locked one is named no more; its object goes as an orphan at the latest."""
    await tx.execute(_UPDATE_EXPIRED, job_id, now)
