"""Ask a person to verify, when the machine could not or may not; and take such a request back (A13, A14, A16)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.claim import Claim, ClaimRequest, plain_claim
from services.identity.domain.document_numbers import birth_date_and_sex
from services.identity.domain.documents import AUTOMATIC
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import Verification
from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import identity_documents, review_requests, verifications
from services.identity.storage.review_requests import AskedFor
from services.identity.use_cases.verifying.accept_consent import require_consent
from services.identity.use_cases.verifying.accept_guardian_consent import require_guardian_consent
from services.identity.use_cases.verifying.start_automatic_verification import require_photos, take_start
from shared import audit
from shared.actor import Actor
from shared.masking import mask_document_no, mask_name
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.subject_sealing import open_text, seal_text_for


async def request_manual_review(
    tx: Transaction,
    request: ClaimRequest,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    catalogue: VerificationCatalogue,
    now: datetime,
) -> Verification:
    """pending_manual. A document that another account holds may be claimed: a person looks at both. Raises what
    `plain_claim` raises, ConsentMissing, VerificationNotAllowed, ManualReviewNotYet, PhotosMissing, LimitReached."""
    claim = plain_claim(request, catalogue.year_of(now.date()).document_types, now.date())
    verification = await verifications.lock(tx, actor.id)
    index = blind_index(keyring, "index_person", "document_no", claim.document_no)
    automatic = claim.document_type in AUTOMATIC and not await identity_documents.select_was_revoked(tx, index)
    pending = verification.asked_for_review(now, automatic_possible=automatic)
    await keep_request(tx, claim, actor, keyring, limits, now)
    await write_moved(tx, verification, pending, "verification.start_manual", actor)
    return pending


async def keep_request(
    tx: Transaction,
    claim: Claim,
    actor: Actor,
    keyring: Keyring,
    limits: VerificationLimits,
    now: datetime,
    taken_after: datetime | None = None,
) -> None:
    """Put a claim before the reviewers; photos older than `taken_after` show another document. Raises ConsentMissing,
    GuardianConsentMissing, PhotosMissing, LimitReached."""
    await require_consent(tx, actor, limits)
    said = birth_date_and_sex(claim.document_type, claim.document_no)
    await require_guardian_consent(tx, actor.id, said[0] if said else None, limits, now.date())
    await require_photos(tx, actor.id, claim.document_type, taken_after)
    index = blind_index(keyring, "index_person", "document_no", claim.document_no)
    await take_start(tx, actor.id, index, limits, now)
    await put_before_reviewers(tx, claim, actor.id, keyring)


async def put_before_reviewers(tx: Transaction, claim: Claim, person_id: UUID, keyring: Keyring) -> None:
    """Keep a claim where the reviewers' queue finds it, whoever put it there."""
    place = manual_claim_place(person_id)
    asked = AskedFor(
        document_type=claim.document_type,
        sealed=await seal_text_for(keyring, person_id, "person", place, claim.model_dump_json()),
        document_index=blind_index(keyring, "index_person", "document_no", claim.document_no),
        name_index=blind_index(keyring, "index_person", "name", claim.name),
        name_masked=mask_name(claim.name),
        document_no_masked=mask_document_no(claim.document_no),
    )
    await review_requests.update_asked(tx, person_id, asked)


async def withdraw_manual_review(tx: Transaction, actor: Actor, now: datetime) -> Verification:
    """unverified again, while nobody has decided; verified as before when it was a change of document. Raises
    VerificationNotAllowed."""
    verification = await verifications.lock(tx, actor.id)
    withdrawn = verification.withdrawn(now)
    await review_requests.update_withdrawn(tx, actor.id)
    await write_moved(tx, verification, withdrawn, "verification.withdraw", actor)
    return withdrawn


def manual_claim_place(person_id: UUID) -> str:
    """Where the claim of a manual request is sealed for."""
    return f"identity_verification.claim:{person_id}"


async def open_manual_claim(sealed: bytes, person_id: UUID, keyring: Keyring) -> Claim:
    """The clear claim."""
    return Claim.model_validate_json(await open_text(keyring, "person", manual_claim_place(person_id), sealed))


async def write_moved(
    tx: Transaction, before: Verification, after: Verification, action: str, actor: Actor, **facts: audit.Fact
) -> None:
    """Write a verification that moved, with its audit entry."""
    await verifications.update(tx, after)
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
        **facts,
    )
