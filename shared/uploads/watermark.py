"""A picture as it is shown to a member of staff: marked all over with who looks and when (V33)."""

import asyncio
import io
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont

from shared.actor import Actor

_QUALITY = 88
_INK = (200, 30, 30, 70)


async def marked_picture(data: bytes, viewer: Actor, now: datetime) -> bytes:
    """A JPEG with the viewer's mark, drawn in a thread: `data` is a picture that the service encoded itself."""
    text = f"{str(viewer.id)[-12:]} {now:%Y-%m-%d %H:%M}"
    return await asyncio.to_thread(_marked, data, text)


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
