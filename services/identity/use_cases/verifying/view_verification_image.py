"""Show a photo of a waiting request to a reviewer: marked with who looks and when, and every look is recorded (V33)."""

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont

from services.identity.storage import verification_images
from services.identity.storage.verification_images import VerificationImage
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Transaction

_QUALITY = 88
_INK = (200, 30, 30, 70)


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
    """Draw the mark, in a thread: the picture is one that this service encoded itself."""
    text = f"{str(actor.id)[-12:]} {now:%Y-%m-%d %H:%M}"
    return MarkedPhoto(image, await asyncio.to_thread(_marked, data, text))


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


def _marked(data: bytes, text: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as opened:
        picture = opened.convert("RGB")
    size = max(14, picture.width // 32)
    font = ImageFont.load_default(size)
    layer = Image.new("RGBA", (picture.width * 2, picture.height * 2))
    pen = ImageDraw.Draw(layer)
    step = round(pen.textlength(text, font=font)) + 3 * size
    for row, y in enumerate(range(0, layer.height, 5 * size)):
        for x in range(-(row % 2) * step // 2, layer.width, step):
            pen.text((x, y), text, font=font, fill=_INK)
    turned = layer.rotate(24, resample=Image.Resampling.BILINEAR)
    left, top = (turned.width - picture.width) // 2, (turned.height - picture.height) // 2
    mark = turned.crop((left, top, left + picture.width, top + picture.height))
    picture.paste(mark, mask=mark)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
