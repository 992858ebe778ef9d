"""The ocr role: any number of copies take jobs from the queue, each job on a lease. A copy that dies loses nothing."""

import asyncio
from datetime import timedelta

import structlog

from services.identity.dependencies import Dependencies
from services.identity.domain.automatic_verdict import GIVEN_UP
from services.identity.ocr.card_reader import CardNotRead, CardReader
from services.identity.storage import recognition_jobs
from services.identity.storage.recognition_jobs import RecognitionJob
from services.identity.storage.verification_images import OBJECT_CLASS
from services.identity.use_cases.verifying.decide_automatic_verification import (
    CardDetails,
    decide_automatic_verification,
    open_claim,
)
from services.identity.use_cases.verifying.pass_to_authority import pass_to_authority
from shared.errors import TiroError
from shared.failpoints import failpoint
from shared.ids import new_id
from shared.objectstore import ObjectMissing
from shared.postgres.database import OUTAGE_ERRORS
from shared.process.waiting import sleep_unless
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken

log = structlog.get_logger()

_PASSING: tuple[type[BaseException], ...] = (TiroError, *OUTAGE_ERRORS)
_RETRY_SECONDS = 5


async def run_ocr(deps: Dependencies, stop: asyncio.Event) -> None:
    """Read cards until told to stop; the card in hand is finished first."""
    reader = CardReader(deps.settings.recognition)
    try:
        async with asyncio.TaskGroup() as workers:
            for _ in range(deps.settings.recognition.processes):
                workers.create_task(_work(deps, reader, stop))
    finally:
        await reader.stop()


async def _work(deps: Dependencies, reader: CardReader, stop: asyncio.Event) -> None:
    pause = deps.settings.recognition.poll_seconds
    while not stop.is_set():
        try:
            worked = await work_once(deps, reader)
        except _PASSING as error:
            # The job, if one was taken, comes back when its lease has run out.
            log.warning("ocr_interrupted", error=type(error).__name__)
            await sleep_unless(stop, _RETRY_SECONDS)
            continue
        if not worked:
            await sleep_unless(stop, pause)


async def work_once(deps: Dependencies, reader: CardReader) -> bool:
    """Take one job and see it through; False when none waits."""
    limits, now = deps.settings.recognition, deps.clock.now()
    async with deps.database.transaction() as tx:
        job = await recognition_jobs.update_taken(tx, new_id(), now, now + timedelta(seconds=limits.lease_seconds))
    if job is None:
        return False
    failpoint("ocr.after_take")
    if job.tries > 2 * limits.tries:
        # Whoever took it so often died before it could even be given back.
        await _return_or_give_up(deps, job)
        return True
    try:
        await _read_and_decide(deps, reader, job)
    except (CardNotRead, ObjectMissing, KeyMissing, SealBroken) as failure:
        # Whose key was lost proves the identity again (V58); meanwhile the others' cards are read.
        log.warning("card_not_read", job_id=str(job.job_id), tries=job.tries, reason=str(failure))
        await _return_or_give_up(deps, job)
    return True


async def _read_and_decide(deps: Dependencies, reader: CardReader, job: RecognitionJob) -> None:
    front, back = await asyncio.gather(
        deps.bucket.get(job.front_key, OBJECT_CLASS), deps.bucket.get(job.back_key, OBJECT_CLASS)
    )
    reading = await reader.read(front, back, deps.clock.now().date())
    verdict, details = reading.judged(await open_claim(job, deps.keyring))
    failpoint("ocr.before_decide")
    async with deps.database.transaction() as tx:
        if verdict.verified and deps.authority is not None:
            passed = await pass_to_authority(tx, job, details, deps.keyring, deps.clock.now())
            state = "auto_checking" if passed else None
        else:
            state = await decide_automatic_verification(
                tx, job, verdict, details, deps.keyring, deps.settings.verification, deps.clock.now()
            )
    failpoint("ocr.after_decide")
    log.info("card_read", job_id=str(job.job_id), verdict=reading.verdict, reason=reading.reason, state=state)


async def _return_or_give_up(deps: Dependencies, job: RecognitionJob) -> None:
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        if job.tries < deps.settings.recognition.tries:
            await recognition_jobs.update_returned(tx, job, now + timedelta(seconds=_RETRY_SECONDS))
            return
        await decide_automatic_verification(
            tx, job, GIVEN_UP, CardDetails(), deps.keyring, deps.settings.verification, now
        )
