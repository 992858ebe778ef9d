"""Ask a person to verify, when the machine could not or may not; and take such a request back (A13, A14, A16)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.claim import Claim, plain_claim
from services.identity.domain.documents import AUTOMATIC
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import Verification
from services.identity.storage import verifications
from services.identity.use_cases.verifying.accept_consent import require_consent
from services.identity.use_cases.verifying.start_automatic_verification import ClaimRequest, require_photos, take_start
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text


async def request_manual_review(
    tx: Transaction, request: ClaimRequest, actor: Actor, keyring: Keyring, limits: VerificationLimits, now: datetime
) -> Verification:
    """pending_manual. A document that another account holds may be claimed: a person looks at both. Raises what
    `plain_claim` raises, ConsentMissing, VerificationNotAllowed, ManualReviewNotYet, PhotosMissing, LimitReached."""
    claim = plain_claim(request.document_type, request.name, request.document_no, limits, now.date())
    verification = await verifications.lock(tx, actor.id)
    pending = verification.asked_for_review(now, automatic_possible=claim.document_type in AUTOMATIC)
    await require_consent(tx, actor, limits)
    await require_photos(tx, actor.id, claim.document_type)
    index = blind_index(keyring, "index_person", "document_no", claim.document_no)
    await take_start(tx, actor.id, index, limits, now)
    sealed = seal_text(keyring, "person", manual_claim_place(actor.id), claim.model_dump_json())
    await verifications.update_claim(tx, actor.id, claim.document_type, sealed, index)
    await _write(tx, verification, pending, "verification.start_manual", actor)
    return pending


async def withdraw_manual_review(tx: Transaction, actor: Actor, now: datetime) -> Verification:
    """unverified again, while nobody has decided. Raises VerificationNotAllowed."""
    verification = await verifications.lock(tx, actor.id)
    withdrawn = verification.withdrawn(now)
    await verifications.update_claim(tx, actor.id, None, None, None)
    await _write(tx, verification, withdrawn, "verification.withdraw", actor)
    return withdrawn


def manual_claim_place(person_id: UUID) -> str:
    """Where the claim of a manual request is sealed for."""
    return f"identity_verification.claim:{person_id}"


def open_manual_claim(sealed: bytes, person_id: UUID, keyring: Keyring) -> Claim:
    """The clear claim."""
    return Claim.model_validate_json(unseal_text(keyring, "person", manual_claim_place(person_id), sealed))


async def _write(tx: Transaction, before: Verification, after: Verification, action: str, actor: Actor) -> None:
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
    )
