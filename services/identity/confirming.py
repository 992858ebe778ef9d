"""The asking loop of the worker role: cards that were read and agree wait here for the authority. Any number of copies
may run; a copy that dies loses nothing, for questions are taken on a lease and asking twice changes nothing."""

import asyncio
from datetime import datetime, timedelta

import structlog

from services.identity.dependencies import Dependencies
from services.identity.domain.authority_answer import Answer, AuthorityAnswer, pause_before
from services.identity.domain.automatic_verdict import GIVEN_UP
from services.identity.storage import recognition_jobs
from services.identity.storage.recognition_jobs import RecognitionJob
from services.identity.use_cases.verifying.decide_automatic_verification import (
    CardDetails,
    decide_automatic_verification,
    open_claim,
)
from services.identity.use_cases.verifying.pass_to_authority import card_details
from shared.errors import TiroError
from shared.failpoints import failpoint
from shared.ids import new_id
from shared.postgres.database import OUTAGE_ERRORS
from shared.postgres.transaction import Transaction
from shared.process.waiting import sleep_unless
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken

log = structlog.get_logger()

_POLL_SECONDS = 1.0
_POLL_SECONDS_OFF = 30.0
_PASSING: tuple[type[BaseException], ...] = (TiroError, *OUTAGE_ERRORS)
_NOT_ASKED = AuthorityAnswer(Answer.MATCH, "off")


async def confirm_until_stopped(deps: Dependencies, stop: asyncio.Event) -> None:
    """Ask what waits until `stop` is set."""
    pause = _POLL_SECONDS if deps.authority is not None else _POLL_SECONDS_OFF
    while not stop.is_set():
        try:
            if await confirm_once(deps):
                continue
        except _PASSING as error:
            # The question, if one was taken, comes back when its lease has run out.
            log.warning("confirming_interrupted", error=type(error).__name__)
        await sleep_unless(stop, pause)


async def confirm_once(deps: Dependencies) -> bool:
    """Take one question and see it through; False when none is due."""
    lease, now = timedelta(seconds=deps.settings.authority.lease_seconds), deps.clock.now()
    async with deps.database.transaction() as tx:
        job = await recognition_jobs.update_taken(tx, new_id(), now, now + lease, "authority")
    if job is None:
        return False
    failpoint("authority.after_take")
    try:
        answer = await _ask(deps, job)
        failpoint("authority.after_ask")
        await _settle(deps, job, answer)
    except (KeyMissing, SealBroken) as error:
        log.error("claim_not_opened", job_id=str(job.job_id), times=job.unopened + 1, error=type(error).__name__)
        await _return_or_give_up(deps, job)
    return True


async def _ask(deps: Dependencies, job: RecognitionJob) -> AuthorityAnswer:
    if deps.authority is None:
        # Switched off while questions waited: the card alone decides, as for everybody now.
        return _NOT_ASKED
    claim = await open_claim(job, deps.keyring)
    answer = await deps.authority.ask(claim.name, claim.document_no)
    level = log.error if answer.alarm else log.info
    level("authority_asked", job_id=str(job.job_id), answer=answer.answer.value, code=answer.code, tries=job.tries)
    return answer


async def _settle(deps: Dependencies, job: RecognitionJob, answer: AuthorityAnswer) -> None:
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        if (verdict := answer.verdict) is None:
            await _return(tx, deps, job, now, capped=answer.capped)
            return
        details = await card_details(job, deps.keyring)
        await decide_automatic_verification(tx, job, verdict, details, deps.keyring, deps.settings.verification, now)


async def _return_or_give_up(deps: Dependencies, job: RecognitionJob) -> None:
    """One that does not open waits too, for a key that may come back; then the person is asked to prove again (V58).
    Questions that nobody answered are no tries of it."""
    now = deps.clock.now()
    async with deps.database.transaction() as tx:
        if job.unopened + 1 < deps.settings.recognition.tries:
            await _return(tx, deps, job, now, unopened=True)
            return
        await decide_automatic_verification(
            tx, job, GIVEN_UP, CardDetails(), deps.keyring, deps.settings.verification, now
        )


async def _return(
    tx: Transaction,
    deps: Dependencies,
    job: RecognitionJob,
    now: datetime,
    *,
    capped: bool = False,
    unopened: bool = False,
) -> None:
    limits = deps.settings.authority
    first, longest = timedelta(seconds=limits.retry_seconds), timedelta(seconds=limits.retry_longest_seconds)
    at = now + pause_before(job.tries, capped, first, longest)
    await recognition_jobs.update_returned(tx, job, at, unopened=unopened)
