"""A reviewer's decision on a manual request, on the version that was seen (A15, V25)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.identity.domain.claim import Claim
from services.identity.domain.document_numbers import birth_date_and_sex
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import Verification
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import persons, review_requests, verifications
from services.identity.use_cases.verifying.accept_guardian_consent import require_guardian_consent
from services.identity.use_cases.verifying.change_document import require_version
from services.identity.use_cases.verifying.claim_review import require_reviewable
from services.identity.use_cases.verifying.record_verified_identity import record_verified_identity
from services.identity.use_cases.verifying.request_manual_review import open_manual_claim, write_moved
from services.identity.use_cases.verifying.search_people import compare_before_verifying
from services.identity.use_cases.verifying.start_automatic_verification import DocumentHeldByAnother, require_unheld
from shared import outbox
from shared.actor import Actor
from shared.contracts.identity import PersonIdentity, VerificationFailed
from shared.errors import Conflict, FieldProblem, Invalid
from shared.ids import PersonId
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


class DetailsNeeded(Invalid):
    """The document's number says neither birth date nor sex."""

    code = "details_needed"
    message_zh = "该证件号码不含出生日期和性别，请按证件填写后再通过。"
    message_en = "This number holds neither birth date nor sex; enter them from the document to approve."


class PossibleDuplicate(Conflict):
    """Somebody was verified with the same name and birth date, or by the document: the reviewer says that he compared
    (5.4)."""

    code = "possible_duplicate"
    message_zh = "已有 {count} 名用户姓名和出生日期相同或使用过该证件，请核对；确认不是同一人的，请勾选“已核对”后通过。"
    message_en = (
        "{count} person(s) have this name and birth date, or used this document. Compare; to approve, say that you did."
    )


@dataclass(frozen=True, slots=True)
class ReviewedDetails:
    """What the reviewer reads from the document beyond the claim."""

    sex: Literal["1", "2"] | None = None
    birth_date: date | None = None
    ethnicity_code: str | None = None
    valid_to: date | None = None
    duplicates_compared: bool = False


async def open_request(reader: Reader, person_id: UUID, actor: Actor, keyring: Keyring, now: datetime) -> Claim:
    """The claim of a request that waits. Raises NotFound, OwnRequest, RequestHeldByAnother."""
    waiting = await require_reviewable(reader, person_id, actor, now)
    return await open_manual_claim(waiting.sealed, person_id, keyring)


async def approve_manual_review(
    tx: Transaction,
    person_id: UUID,
    expected_version: int,
    details: ReviewedDetails,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    now: datetime,
) -> Verification:
    """verified. Raises NotFound, OwnRequest, RequestHeldByAnother, StaleVersion, VerificationNotAllowed, DetailsNeeded,
    GuardianConsentMissing, PossibleDuplicate and DocumentHeldByAnother."""
    verification = await _lock(tx, person_id, expected_version)
    approved = verification.verified_by("manual", now)
    claim = await open_request(tx, person_id, actor, keyring, now)
    identity = _identity(claim, details)
    await require_unheld(tx, blind_index(keyring, "index_person", "document_no", claim.document_no), person_id)
    # Numbers of some documents say nothing about the age: the reviewer is the first who sees it (V60).
    born = date.fromisoformat(identity.birth_date)
    await require_guardian_consent(tx, person_id, born, limits, now.date())
    alike = await compare_before_verifying(tx, claim, born, person_id, keyring)
    if alike and not details.duplicates_compared:
        raise PossibleDuplicate(count=len({one.person_id for one in alike}))
    valid_to = details.valid_to or claim.valid_to
    if not await record_verified_identity(tx, person_id, identity, "manual", valid_to, keyring, now):
        raise DocumentHeldByAnother
    await review_requests.update_decided(tx, person_id, actor.id)
    compared = len(alike)
    await write_moved(tx, verification, approved, "verification.approve", actor, duplicates_compared=compared)
    return approved


async def reject_manual_review(
    tx: Transaction,
    person_id: UUID,
    expected_version: int,
    reason_code: str,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    catalogue: VerificationCatalogue,
    now: datetime,
) -> Verification:
    """rejected, with a reason; a rejected change leaves the person verified. Raises NotFound, ReasonUnknown,
    OwnRequest, RequestHeldByAnother, StaleVersion, VerificationNotAllowed."""
    catalogue.require_reason(reason_code, "reviewer")
    verification = await _lock(tx, person_id, expected_version)
    rejected = verification.rejected_for(reason_code, now)
    await open_request(tx, person_id, actor, keyring, now)
    event = VerificationFailed(
        occurred_at=now,
        aggregate_version=await persons.update_version(tx, person_id),
        person_id=PersonId(person_id),
        reason_code=reason_code,
        attempts_left=rejected.attempts_left(limits, now.date()).now,
        by="reviewer",
    )
    outbox.add(tx, event)
    await review_requests.update_decided(tx, person_id, actor.id)
    await write_moved(tx, verification, rejected, "verification.reject", actor)
    return rejected


async def _lock(tx: Transaction, person_id: UUID, expected_version: int) -> Verification:
    verification = await verifications.lock(tx, person_id)
    require_version(verification, expected_version)
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
        country=claim.country,
    )
