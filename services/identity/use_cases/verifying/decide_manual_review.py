"""A reviewer's decision on a manual request, on the version that was seen (A15, V25)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.identity.domain.claim import Claim
from services.identity.domain.document_numbers import birth_date_and_sex
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import Verification
from services.identity.storage import persons, verifications
from services.identity.use_cases.verifying.record_verified_identity import record_verified_identity
from services.identity.use_cases.verifying.request_manual_review import open_manual_claim
from services.identity.use_cases.verifying.start_automatic_verification import DocumentHeldByAnother
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import PersonIdentity, VerificationFailed
from shared.errors import FieldProblem, Forbidden, Invalid, NotFound, StaleVersion
from shared.ids import PersonId
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring


class OwnRequest(Forbidden):
    """Nobody decides about himself (four eyes)."""

    code = "own_request"
    message_zh = "不能审核本人的认证申请，请由其他审核员处理。"
    message_en = "You can not decide your own request; another reviewer must."


class DetailsNeeded(Invalid):
    """The document's number says neither birth date nor sex."""

    code = "details_needed"
    message_zh = "该证件号码不含出生日期和性别，请按证件填写后再通过。"
    message_en = "This number holds neither birth date nor sex; enter them from the document to approve."


@dataclass(frozen=True, slots=True)
class ReviewedDetails:
    """What the reviewer reads from the document beyond the claim."""

    sex: Literal["1", "2"] | None = None
    birth_date: date | None = None
    ethnicity_code: str | None = None
    valid_to: date | None = None


async def open_request(reader: Reader, person_id: UUID, actor: Actor, keyring: Keyring) -> Claim:
    """The claim of a request that waits. Raises NotFound, OwnRequest."""
    sealed = await verifications.select_claim(reader, person_id)
    if sealed is None:
        raise NotFound
    if actor.person_id == person_id:
        raise OwnRequest
    return open_manual_claim(sealed, person_id, keyring)


async def approve_manual_review(
    tx: Transaction,
    person_id: UUID,
    expected_version: int,
    details: ReviewedDetails,
    actor: Actor,
    keyring: Keyring,
    now: datetime,
) -> Verification:
    """verified. Raises NotFound, OwnRequest, StaleVersion, VerificationNotAllowed, DetailsNeeded and
    DocumentHeldByAnother."""
    verification = await _lock(tx, person_id, expected_version)
    approved = verification.verified_by("manual", now)
    claim = await open_request(tx, person_id, actor, keyring)
    identity = _identity(claim, details)
    if not await record_verified_identity(tx, person_id, identity, "manual", details.valid_to, keyring, now):
        raise DocumentHeldByAnother
    await _write(tx, verification, approved, "verification.approve", actor)
    return approved


async def reject_manual_review(
    tx: Transaction,
    person_id: UUID,
    expected_version: int,
    reason_code: str,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    now: datetime,
) -> Verification:
    """rejected, with a reason. Raises NotFound, OwnRequest, StaleVersion, VerificationNotAllowed."""
    verification = await _lock(tx, person_id, expected_version)
    rejected = verification.rejected_for(reason_code, now)
    await open_request(tx, person_id, actor, keyring)
    event = VerificationFailed(
        occurred_at=now,
        aggregate_version=await persons.update_version(tx, person_id),
        person_id=PersonId(person_id),
        reason_code=reason_code,
        attempts_left=rejected.attempts_left(limits, now.date()).now,
    )
    outbox.add(tx, event)
    await _write(tx, verification, rejected, "verification.reject", actor)
    return rejected


async def _lock(tx: Transaction, person_id: UUID, expected_version: int) -> Verification:
    verification = await verifications.lock(tx, person_id)
    if verification.version != expected_version:
        raise StaleVersion(current=verification.version, state=verification.state)
    return verification


def _identity(claim: Claim, details: ReviewedDetails) -> PersonIdentity:
    said = birth_date_and_sex(claim.document_type, claim.document_no)
    born, sex = said or (details.birth_date, details.sex)
    if born is None or sex is None:
        missing = [name for name, value in (("birth_date", born), ("sex", sex)) if value is None]
        raise DetailsNeeded(problems=[FieldProblem(f"/{n}", "missing", "此项必填", "required") for n in missing])
    return PersonIdentity(
        name=claim.name,
        document_type=claim.document_type,
        document_no=claim.document_no,
        sex="1" if sex == "1" else "2",
        birth_date=born.isoformat(),
        ethnicity_code=details.ethnicity_code,
    )


async def _write(tx: Transaction, before: Verification, after: Verification, action: str, actor: Actor) -> None:
    await verifications.update(tx, after)
    await verifications.update_claim(tx, after.person_id, None, None, None)
    audit.record(
        tx,
        action,
        actor=actor,
        subject_kind="person",
        subject_id=after.person_id,
        at=after.since,
        before=before.state,
        after=after.state,
        reason=after.reason_code,
    )
