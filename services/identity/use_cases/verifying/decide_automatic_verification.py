"""Turn a reading of the card into verified, failed or a person's decision, together with the end of its job (A8-A10,
A12, F16)."""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter

from services.identity.domain.automatic_verdict import AutomaticVerdict
from services.identity.domain.claim import Claim
from services.identity.domain.ethnicities import ethnicity_code
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.resident_number import parse_resident_number
from services.identity.domain.verification import Verification
from services.identity.storage import persons, recognition_jobs, verifications
from services.identity.storage.recognition_jobs import RecognitionJob
from services.identity.use_cases.verifying.hand_to_reviewer import hand_to_reviewer
from services.identity.use_cases.verifying.record_verified_identity import record_verified_identity
from services.identity.use_cases.verifying.search_people import compare_before_verifying
from services.identity.use_cases.verifying.start_automatic_verification import claim_place
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.contracts.identity import PersonIdentity, VerificationFailed
from shared.ids import PersonId
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.subject_sealing import open_text


@dataclass(frozen=True, slots=True)
class CardDetails:
    """What the card adds to the claim: the ethnic group as printed, and the last valid day (None: without end)."""

    ethnicity: str | None = None
    valid_to: date | None = None

    def to_json(self) -> bytes:
        """For keeping them while the authority is asked."""
        return _DETAILS.dump_json(self)

    @classmethod
    def from_json(cls, text: bytes) -> "CardDetails":
        """What `to_json` made."""
        return _DETAILS.validate_json(text)


_DETAILS = TypeAdapter(CardDetails)


async def open_claim(job: RecognitionJob, keyring: Keyring) -> Claim:
    """The claim of a job in hand. Raises SubjectErased when the account was closed meanwhile."""
    return Claim.model_validate_json(await open_text(keyring, "person", claim_place(job.job_id), job.claim_sealed))


async def decide_automatic_verification(
    tx: Transaction,
    job: RecognitionJob,
    verdict: AutomaticVerdict,
    details: CardDetails,
    keyring: Keyring,
    limits: VerificationLimits,
    now: datetime,
) -> str | None:
    """The new state, or None when the lease was lost or the check is no longer wanted: then nothing changes."""
    if not await recognition_jobs.update_finished(tx, job, verdict.reason_code or "match", now):
        return None
    verification = await verifications.lock(tx, job.person_id)
    if verification.state != "auto_checking":
        return None
    if verdict.verified:
        decided = await _verify(tx, verification, await open_claim(job, keyring), details, keyring, now)
        if decided is not None:
            return decided
        verdict = AutomaticVerdict("document_in_use")
    reason = verdict.reason_code or "document_in_use"
    failed = verification.failed_automatically(reason, now, counted=verdict.counted)
    event = VerificationFailed(
        occurred_at=now,
        aggregate_version=await persons.update_version(tx, job.person_id),
        person_id=PersonId(job.person_id),
        reason_code=reason,
        attempts_left=failed.attempts_left(limits, now.date()).now,
    )
    outbox.add(tx, event)
    return await _write(tx, verification, failed)


async def _verify(
    tx: Transaction, verification: Verification, claim: Claim, details: CardDetails, keyring: Keyring, now: datetime
) -> str | None:
    """verified, or pending_manual where somebody like that is here already (F16); None when another account was faster
    with the same document (V32)."""
    identity, person_id = _identity(claim, details, now), verification.person_id
    born = date.fromisoformat(identity.birth_date)
    alike = await compare_before_verifying(tx, claim, born, person_id, keyring)
    if any(one.same_document and one.document_state == "verified" for one in alike):
        return None
    if alike:
        people = len({one.person_id for one in alike})
        return await hand_to_reviewer(tx, verification, claim, people, keyring, now)
    if not await record_verified_identity(tx, person_id, identity, "auto", details.valid_to, keyring, now):
        return None
    return await _write(tx, verification, verification.verified_by("auto", now))


def _identity(claim: Claim, details: CardDetails, now: datetime) -> PersonIdentity:
    number = parse_resident_number(claim.document_no, now.date())
    return PersonIdentity(
        name=claim.name,
        document_type=claim.document_type,
        document_no=number.text,
        sex="1" if number.sex == "1" else "2",
        birth_date=number.birth_date.isoformat(),
        ethnicity_code=ethnicity_code(details.ethnicity),
    )


async def _write(tx: Transaction, before: Verification, after: Verification) -> str:
    await verifications.update(tx, after)
    audit.record(
        tx,
        "verification.match" if after.state == "verified" else "verification.mismatch",
        actor=SYSTEM,
        subject_kind="person",
        subject_id=after.person_id,
        at=after.since,
        before=before.state,
        after=after.state,
        reason=after.reason_code,
    )
    return after.state
