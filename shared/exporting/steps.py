"""What becomes of an export, each step with its audit entry (V64). Whose job it is any more is decided by its row."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from shared import audit
from shared.actor import SYSTEM, Actor
from shared.errors import Conflict, NotFound, StaleVersion
from shared.exporting import jobs as rows
from shared.exporting.errors import (
    ExportCancelled,
    ExportExpired,
    ExportNotReady,
    ExportOver,
    ExportRightsLost,
    ExportSourceLost,
    ExportTriesSpent,
    TooManyExports,
)
from shared.exporting.job import MOST_UNFINISHED, UNFINISHED, Export, Failure
from shared.exporting.jobs import ExportJobs
from shared.postgres.transaction import Transaction

J = TypeVar("J", bound=Export)
EXPIRED_AT_ONCE: Final = 100
_FAILED: Final[Mapping[Failure, type[Conflict]]] = {
    "rights_lost": ExportRightsLost,
    "source_lost": ExportSourceLost,
    "too_many_tries": ExportTriesSpent,
}


async def require_turn(tx: Transaction, jobs: ExportJobs[J], actor: Actor) -> None:
    """Before anything is counted; other requests of the account wait until this transaction ends. Raises
    TooManyExports."""
    if await jobs.count_unfinished(tx, actor.id) >= MOST_UNFINISHED:
        raise TooManyExports(most=MOST_UNFINISHED, retry_after=60)


def note_request(tx: Transaction, job: Export, actor: Actor, **facts: Any) -> None:
    """Who asked for what and why (V64)."""
    told = [f"{name}={value}" for name, value in sorted(job.filter.items()) if value is not None]
    facts |= {"reason": job.reason_code, "kind": job.kind, "rows": job.rows_all, "filter": told}
    _note(tx, "request", job, actor, job.created_at, after=job.state, **facts)


async def finish_export(
    tx: Transaction, jobs: ExportJobs[J], job: J, key: str, data: bytes, count: int, *, now: datetime, kept: timedelta
) -> bool:
    """The file lies in the bucket: the job says so, and what was gathered goes. False when the job is not this writer's
    any more: another one wrote it, or it was cancelled."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not await rows.update_done(tx, job, key, sha256, len(data), count, now, now + kept):
        return False
    await jobs.forget(tx, job.id)
    _note(tx, "finish", job, job.maker, now, before=job.state, after="done", rows=count, sha256=sha256)
    return True


async def fail_export(tx: Transaction, jobs: ExportJobs[J], job: J, failure: Failure, now: datetime) -> None:
    """It comes to nothing, and what was gathered goes; not when it is the caller's no more."""
    if await jobs.update_over(tx, job, "failed", failure, now) is None:
        return
    await jobs.forget(tx, job.id)
    _note(tx, "fail", job, job.maker, now, before=job.state, after="failed", reason=failure)


async def cancel_export(
    tx: Transaction, jobs: ExportJobs[J], job_id: UUID, version: int, *, actor: Actor, now: datetime
) -> J:
    """Its maker stops it; what was gathered goes at once. Raises NotFound, StaleVersion, ExportOver."""
    job = await jobs.lock_own(tx, job_id, actor.id)
    if job.state not in UNFINISHED:
        raise ExportOver(state=job.state)
    if job.version != version:
        raise StaleVersion(current=job.version, state=job.state)
    cancelled = await jobs.update_over(tx, job, "cancelled", None, now)
    if cancelled is None:
        raise NotFound
    await jobs.forget(tx, job.id)
    _note(tx, "cancel", job, actor, now, before=job.state, after=cancelled.state, rows=job.rows_done)
    return cancelled


async def expire_exports(tx: Transaction, *, now: datetime) -> list[str]:
    """Files whose time is over are named no more: the keys of their objects, for removal after the commit; who dies
    before leaves orphans, which are swept (M11)."""
    keys = []
    for job_id, key in await rows.lock_expired(tx, now, EXPIRED_AT_ONCE):
        await rows.update_expired(tx, job_id, now)
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


def require_file(job: Export, now: datetime) -> None:
    """Raises ExportExpired, ExportNotReady; where none will ever be, ExportCancelled or what it failed of."""
    if job.state == "expired" or (job.expires_at is not None and job.expires_at <= now):
        raise ExportExpired
    if job.failure is not None:
        raise _FAILED[job.failure]
    if job.state == "cancelled":
        raise ExportCancelled
    if job.state != "done":
        raise ExportNotReady(state=job.state)


async def open_export(tx: Transaction, job: Export, *, actor: Actor, now: datetime, **facts: Any) -> None:
    """Its maker takes the file: counted, and on record every time (V64)."""
    await rows.update_downloaded(tx, job.id, now)
    _note(tx, "download", job, actor, now, reason=job.reason_code, kind=job.kind, rows=job.rows_done, **facts)


def _note(tx: Transaction, step: str, job: Export, actor: Actor, at: datetime, **facts: Any) -> None:
    audit.record(tx, f"export.{step}", actor=actor, subject_kind="export_job", subject_id=job.id, at=at, **facts)
