"""Where a person stands with verification, and what to do next (A6, A7, A12)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.identity.domain.limits import VerificationLimits
from services.identity.domain.next_actions import Action, next_actions
from services.identity.domain.verification import AttemptsLeft, Verification
from services.identity.storage import consents, identity_documents, recognition_jobs, verification_images, verifications
from services.identity.storage.identity_documents import IdentityDocument
from services.identity.storage.recognition_jobs import JobProgress
from services.identity.storage.verification_images import VerificationImage
from services.identity.use_cases.verifying.accept_consent import ID_IMAGES
from shared.postgres.transaction import Reader


@dataclass(frozen=True, slots=True)
class VerificationStatus:
    """Everything the person may see; the document is masked."""

    verification: Verification
    left: AttemptsLeft
    actions: list[Action]
    document: IdentityDocument | None
    progress: JobProgress | None
    images: list[VerificationImage]
    consented_at: datetime | None


async def show_verification(
    reader: Reader, person_id: UUID, limits: VerificationLimits, now: datetime
) -> VerificationStatus:
    """Raises NotFound for who is no person here."""
    verification = await verifications.select(reader, person_id)
    images = await verification_images.select_current(reader, person_id)
    consented_at = await consents.select_accepted_at(reader, person_id, ID_IMAGES, limits.consent_version)
    left = verification.attempts_left(limits, now.date())
    checking = verification.state == "auto_checking"
    return VerificationStatus(
        verification=verification,
        left=left,
        actions=next_actions(verification, left, consented=consented_at is not None, photos=len(images)),
        document=await identity_documents.select_current(reader, person_id),
        progress=await recognition_jobs.select_progress(reader, person_id) if checking else None,
        images=list(images.values()),
        consented_at=consented_at,
    )
