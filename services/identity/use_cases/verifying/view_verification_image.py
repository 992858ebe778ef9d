"""Show a photo of a waiting request to a reviewer: marked with who looks and when, and every look is recorded (V33)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.identity.storage import verification_images
from services.identity.storage.verification_images import VerificationImage
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction
from shared.uploads.watermark import marked_picture


@dataclass(frozen=True, slots=True)
class MarkedPhoto:
    """A JPEG with the viewer's mark all over it."""

    image: VerificationImage
    jpeg: bytes


async def select_photo(reader: Reader, person_id: UUID, side: str) -> VerificationImage:
    """The current photo of a side. Raises NotFound."""
    images = await verification_images.select_current(reader, person_id)
    if (image := images.get(side)) is None:
        raise NotFound
    return image


async def mark_photo(image: VerificationImage, data: bytes, actor: Actor, now: datetime) -> MarkedPhoto:
    """Draw the viewer's mark."""
    return MarkedPhoto(image, await marked_picture(data, actor, now))


def record_view(tx: Transaction, photo: MarkedPhoto, actor: Actor, now: datetime) -> None:
    """One audit entry per look."""
    audit.record(
        tx,
        "verification.view_image",
        actor=actor,
        subject_kind="person",
        subject_id=photo.image.person_id,
        at=now,
        side=photo.image.side,
        image_id=str(photo.image.image_id),
    )
