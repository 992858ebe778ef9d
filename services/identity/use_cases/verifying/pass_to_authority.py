"""The card agrees with the claim: before the person is verified the authority is asked, in its own time (V30)."""

from datetime import datetime

from services.identity.storage import recognition_jobs
from services.identity.storage.recognition_jobs import RecognitionJob
from services.identity.use_cases.verifying.decide_automatic_verification import CardDetails
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.subject_sealing import open_sealed, seal_for


async def pass_to_authority(
    tx: Transaction, job: RecognitionJob, details: CardDetails, keyring: Keyring, now: datetime
) -> bool:
    """The job waits for the authority, with what the card said; False when the lease was lost."""
    sealed = await seal_for(keyring, job.person_id, "person", _place(job), details.to_json())
    return await recognition_jobs.update_passed_on(tx, job, sealed, now)


async def card_details(job: RecognitionJob, keyring: Keyring) -> CardDetails:
    """What the card said, of a job that waited for the authority."""
    if job.details_sealed is None:
        return CardDetails()
    return CardDetails.from_json(await open_sealed(keyring, "person", _place(job), job.details_sealed))


def _place(job: RecognitionJob) -> str:
    return f"recognition_job.details:{job.job_id}"
