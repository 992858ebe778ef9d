"""Table print_job: the queue of the print role. A job is claimed for a while; a copy that dies loses only time."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Transaction

PrintKind = Literal["qualified_list", "certificate", "provisional_certificate"]

LEASE_SECONDS: Final = 120
MOST_ATTEMPTS: Final = 6

_INSERT: Final = """
INSERT INTO print_job (id, kind, subject_id, state) VALUES ($1, $2, $3, 'queued')
ON CONFLICT ON CONSTRAINT uq__print_job__kind_subject_id
DO UPDATE SET state = 'queued', attempts = 0, next_try_at = now() WHERE print_job.state IN ('failed', 'cancelled')
"""
_TRY_AGAIN: Final = """
UPDATE print_job SET state = 'queued', attempts = 0, next_try_at = now()
WHERE kind = $1 AND subject_id = $2 AND state = 'failed'
"""
_CLAIM: Final = """
UPDATE print_job SET state = 'leased', attempts = attempts + 1, leased_until = now() + make_interval(secs => $1)
WHERE id = (
    SELECT j.id FROM print_job j
    WHERE (j.state = 'queued' AND j.next_try_at <= now()) OR (j.state = 'leased' AND j.leased_until < now())
    ORDER BY j.next_try_at, j.id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, subject_id, attempts
"""
_FINISH: Final = """
UPDATE print_job SET state = 'done', done_at = now(), leased_until = NULL, last_error = NULL
WHERE id = $1 AND state = 'leased' AND attempts = $2
"""
# What the job needs was away: that try does not count.
_PUT_BACK: Final = """
UPDATE print_job SET state = 'queued', attempts = attempts - 1, leased_until = NULL, last_error = $3,
    next_try_at = now() + make_interval(secs => $4)
WHERE id = $1 AND state = 'leased' AND attempts = $2
"""
_FAIL: Final = """
UPDATE print_job SET leased_until = NULL, last_error = $3,
    state = CASE WHEN attempts >= $4 THEN 'failed' ELSE 'queued' END,
    next_try_at = now() + make_interval(secs => least(60, power(2, attempts)))
WHERE id = $1 AND state = 'leased' AND attempts = $2
RETURNING state
"""
_CANCEL: Final = """
UPDATE print_job SET state = 'cancelled', leased_until = NULL
WHERE kind = $1 AND subject_id = $2 AND state IN ('queued', 'leased', 'failed')
"""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A claimed job. (`id`, `attempt`) is the lease: a later claim ends it."""

    id: UUID
    kind: PrintKind
    subject_id: UUID
    attempt: int


async def insert_job(tx: Transaction, job_id: UUID, kind: PrintKind, subject_id: UUID) -> None:
    """Queue the rendering of a subject; one that is queued or done already stays as it is."""
    await tx.execute(_INSERT, job_id, kind, subject_id)


async def update_given_up(tx: Transaction, kind: PrintKind, subject_id: UUID) -> bool:
    """Queue again what was given up, as it was frozen; False where it was not given up."""
    return await tx.execute(_TRY_AGAIN, kind, subject_id) == 1


async def lock_next(tx: Transaction) -> PrintJob | None:
    """Claim the job that waits longest, or None. Jobs of copies that died come back when their lease is over."""
    if (row := await tx.fetchrow(_CLAIM, float(LEASE_SECONDS))) is None:
        return None
    return PrintJob(row["id"], row["kind"], row["subject_id"], row["attempts"])


async def update_done(tx: Transaction, job: PrintJob) -> bool:
    """Finish; False when the lease was lost."""
    return await tx.execute(_FINISH, job.id, job.attempt) == 1


async def update_put_back(tx: Transaction, job: PrintJob, error: str, seconds: float) -> None:
    """Try again in `seconds`; this try is not counted."""
    await tx.execute(_PUT_BACK, job.id, job.attempt, error, seconds)


async def update_failed(tx: Transaction, job: PrintJob, error: str) -> str | None:
    """Count a failed try; the state now ("queued" or, after the last try, "failed"), None when the lease was lost."""
    state: str | None = await tx.fetchval(_FAIL, job.id, job.attempt, error, MOST_ATTEMPTS)
    return state


async def update_cancelled(tx: Transaction, kind: PrintKind, subject_id: UUID) -> None:
    """Nobody needs this file any more."""
    await tx.execute(_CANCEL, kind, subject_id)
