"""The recognition_job table: a queue with leases. A reader that dies loses nothing: its lease runs out and another
takes the job; what a reader finishes after losing its lease is dropped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.postgres.transaction import Reader, Row, Transaction
from shared.security.blind_index import BlindIndex

_INSERT: Final = """
INSERT INTO recognition_job (job_id, person_id, claim_sealed, document_index, front_key, back_key, state, queued_at,
    available_at)
VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $7)
"""
_TAKE: Final = """
UPDATE recognition_job SET state = 'running', tries = tries + 1, lease_id = $2, available_at = $3
WHERE job_id = (
    SELECT job_id FROM recognition_job WHERE state <> 'finished' AND stage = $4 AND available_at <= $1
    ORDER BY available_at FOR UPDATE SKIP LOCKED LIMIT 1
)
RETURNING job_id, person_id, claim_sealed, document_index, front_key, back_key, tries, lease_id, details_sealed,
    unopened
"""
_FINISH: Final = """
UPDATE recognition_job SET state = 'finished', result = $3, finished_at = $4, claim_sealed = NULL, details_sealed = NULL
WHERE job_id = $1 AND lease_id = $2 AND state = 'running'
"""
_CANCEL: Final = """
UPDATE recognition_job SET state = 'finished', result = $2, finished_at = $3, claim_sealed = NULL
WHERE person_id = $1 AND state <> 'finished'
"""
_DELETE_OF: Final = "DELETE FROM recognition_job WHERE person_id = $1"
_RETURN: Final = """
UPDATE recognition_job SET state = 'queued', available_at = $3, lease_id = NULL, unopened = unopened + $4
WHERE job_id = $1 AND lease_id = $2 AND state = 'running'
"""
_PASS_ON: Final = """
UPDATE recognition_job SET state = 'queued', stage = 'authority', tries = 0, available_at = $3, lease_id = NULL,
    details_sealed = $4
WHERE job_id = $1 AND lease_id = $2 AND state = 'running' AND stage = 'reading'
"""
_SELECT_OPEN: Final = """
SELECT j.state, j.stage, j.queued_at, (
    SELECT count(*) FROM recognition_job o
    WHERE o.state <> 'finished' AND o.stage = 'reading' AND o.queued_at < j.queued_at
) AS ahead
FROM recognition_job j WHERE j.person_id = $1 AND j.state <> 'finished'
"""
_DELETE_FINISHED: Final = "DELETE FROM recognition_job WHERE state = 'finished' AND finished_at < $1"


Stage = Literal["reading", "authority"]


@dataclass(frozen=True, slots=True)
class RecognitionJob:
    """A job in hand; `tries` counts this one, `unopened` how often the claim did not open before."""

    job_id: UUID
    person_id: UUID
    claim_sealed: bytes
    document_index: bytes
    front_key: str
    back_key: str
    tries: int
    lease_id: UUID
    details_sealed: bytes | None = None
    unopened: int = 0


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far an open job is; `ahead` jobs were queued earlier."""

    state: str
    stage: str
    queued_at: datetime
    ahead: int


async def insert(
    tx: Transaction,
    job_id: UUID,
    person_id: UUID,
    claim_sealed: bytes,
    document_index: BlindIndex,
    front_key: str,
    back_key: str,
    at: datetime,
) -> None:
    """Queue a reading."""
    await tx.execute(_INSERT, job_id, person_id, claim_sealed, document_index, front_key, back_key, at)


async def update_taken(
    tx: Transaction, lease_id: UUID, now: datetime, until: datetime, stage: Stage = "reading"
) -> RecognitionJob | None:
    """Take the job of a stage that waited longest, on a lease; None when nothing waits."""
    return _job(await tx.fetchrow(_TAKE, now, lease_id, until, stage))


async def update_passed_on(tx: Transaction, job: RecognitionJob, details_sealed: bytes, at: datetime) -> bool:
    """The card was read and agrees; now the authority is asked. False when the lease was lost."""
    return await tx.execute(_PASS_ON, job.job_id, job.lease_id, at, details_sealed) == 1


async def update_finished(tx: Transaction, job: RecognitionJob, result: str, at: datetime) -> bool:
    """The job is done; False when the lease was lost, and then nothing may be done with the result."""
    return await tx.execute(_FINISH, job.job_id, job.lease_id, result, at) == 1


async def update_cancelled(tx: Transaction, person_id: UUID, result: str, at: datetime) -> None:
    """End a person's open job; whoever reads it just now has lost it."""
    await tx.execute(_CANCEL, person_id, result, at)


async def delete_of(tx: Transaction, person_id: UUID) -> None:
    """Forget all jobs of a person."""
    await tx.execute(_DELETE_OF, person_id)


async def update_returned(
    tx: Transaction, job: RecognitionJob, available_at: datetime, *, unopened: bool = False
) -> bool:
    """Give the job back, to be taken again from `available_at` on; `unopened` counts that the claim did not open."""
    return await tx.execute(_RETURN, job.job_id, job.lease_id, available_at, int(unopened)) == 1


async def select_progress(reader: Reader, person_id: UUID) -> JobProgress | None:
    """The open job of a person, or None."""
    row = await reader.fetchrow(_SELECT_OPEN, person_id)
    return None if row is None else JobProgress(**dict(row))


async def delete_finished(tx: Transaction, before: datetime) -> int:
    """Forget jobs finished before a moment."""
    return await tx.execute(_DELETE_FINISHED, before)


def _job(row: Row | None) -> RecognitionJob | None:
    return None if row is None else RecognitionJob(**dict(row))
