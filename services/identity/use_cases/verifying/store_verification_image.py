"""Keep a photo of one side of the document; a retake replaces the earlier one (A8, A11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.identity.domain.documents import Side
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.verification import STATES_ZH, VerificationNotAllowed
from services.identity.recognition.first_look import FirstLook
from services.identity.storage import verification_images, verifications
from services.identity.storage.verification_images import VerificationImage
from services.identity.use_cases.verifying.accept_consent import require_consent
from shared import audit
from shared.actor import Actor
from shared.errors import Invalid
from shared.ids import new_id
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Reader, Transaction

# In verified, photos of the next document are welcome (change_document).
_OPEN = ("unverified", "auto_failed", "rejected", "verified")


class PhotoTooSmall(Invalid):
    """Too few pixels to read a card by."""

    code = "photo_too_small"
    message_zh = "照片太小（长边不足 {least} 像素），请靠近证件重新拍摄，或上传原图。"
    message_en = "The photo is too small (long side under {least} pixels); move closer, or upload the original."


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photo that already lies in the bucket. `sha256` of the bytes as they came, the rest of the safe copy; `side` of
    the document, or what the row of a proof says instead."""

    side: str
    object_key: str
    sha256: str
    content_type: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StoredSide(StoredPhoto):
    """A photo of one side of the document, with the first look at it."""

    side: Side
    look: FirstLook


async def require_photos_welcome(reader: Reader, actor: Actor, limits: VerificationLimits) -> None:
    """Before a byte is received: consent is there, and no check is under way or done. Raises ConsentMissing,
    VerificationNotAllowed."""
    await require_consent(reader, actor, limits)
    verification = await verifications.select(reader, actor.id)
    if verification.state not in _OPEN:
        raise VerificationNotAllowed(state=verification.state, state_zh=STATES_ZH[verification.state])


async def take_upload(tx: Transaction, actor: Actor, limits: VerificationLimits, now: datetime) -> None:
    """Count one upload against the person, before a byte is received (V40). Raises LimitReached."""
    await take(tx, Rate("verification.upload", limits.uploads_per_hour, timedelta(hours=1)), actor.id.bytes, now)


def require_size(width: int, height: int, limits: VerificationLimits) -> None:
    """Raise PhotoTooSmall when no reader could make anything of it."""
    if max(width, height) < limits.image_long_side:
        raise PhotoTooSmall(least=limits.image_long_side)


async def store_verification_image(tx: Transaction, photo: StoredSide, actor: Actor, now: datetime) -> bool:
    """True when it replaces an earlier photo. Raises VerificationNotAllowed when a check began meanwhile."""
    verification = await verifications.lock(tx, actor.id)
    if verification.state not in _OPEN:
        raise VerificationNotAllowed(state=verification.state, state_zh=STATES_ZH[verification.state])
    return await keep_photo(tx, photo, "verification.upload", actor, now)


async def keep_photo(tx: Transaction, photo: StoredPhoto, action: str, actor: Actor, now: datetime) -> bool:
    """Make it the current one of its side; True when it replaces an earlier photo."""
    image = VerificationImage(
        image_id=new_id(),
        person_id=actor.id,
        side=photo.side,
        object_key=photo.object_key,
        sha256=photo.sha256,
        content_type=photo.content_type,
        size=photo.size,
        width=photo.width,
        height=photo.height,
        uploaded_at=now,
    )
    replaces = await verification_images.insert(tx, image)
    audit.record(
        tx,
        action,
        actor=actor,
        subject_kind="person",
        subject_id=actor.id,
        at=now,
        side=photo.side,
        image_id=str(image.image_id),
        replaces=replaces,
    )
    return replaces
