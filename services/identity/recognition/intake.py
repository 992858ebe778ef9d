"""Turns an untrusted file into an upright BGR array, or refuses it before much memory is spent."""

import io
import warnings

import cv2
import numpy as np
from PIL import Image, ImageOps

from services.identity.recognition.pixels import Pixels
from services.identity.recognition.reasons import Reason

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
MIN_LONG_SIDE = 600
WORKING_LONG_SIDE = 2000
_QUICK_PIXELS = 16_000_000
_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}


class ImageRefused(Exception):
    """The file is not a picture that can be read; `reason` says what the person can do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def open_image(data: bytes) -> Pixels:
    """Decodes JPEG, PNG or WebP to BGR with at most 2000 pixels on the long side, EXIF orientation applied (A11).

    Raises ImageRefused for: more than 15 MB, another format, an animation, more than 50 MP, a long side below
    600 pixels (these five from the header alone), or damaged content.
    """
    if len(data) > MAX_BYTES:
        raise ImageRefused(Reason.FILE_TOO_LARGE)
    kind = _kind(data)
    if kind is None:
        raise ImageRefused(Reason.FILE_FORMAT)
    try:
        with warnings.catch_warnings():
            # Pillow only warns between once and twice its own limit; ours below is stricter.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _decoded(data, kind)
    except ImageRefused:
        raise
    except Image.DecompressionBombError:
        raise ImageRefused(Reason.TOO_MANY_PIXELS) from None
    except Exception:
        # Decoders raise many kinds (OSError, SyntaxError, struct.error, ValueError, EOFError) for damaged files.
        raise ImageRefused(Reason.FILE_DAMAGED) from None


def _kind(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)


def _decoded(data: bytes, kind: str) -> Pixels:
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise ImageRefused(Reason.TOO_MANY_PIXELS)
        if max(width, height) < MIN_LONG_SIDE:
            raise ImageRefused(Reason.TOO_FEW_PIXELS)
        if getattr(image, "is_animated", False):
            raise ImageRefused(Reason.ANIMATION)
        shrink = WORKING_LONG_SIDE / max(width, height)
        if shrink < 1:
            # draft() never goes below the wanted size, so the exact size is left to resize().
            image.draft("RGB", (round(width * shrink), round(height * shrink)))
        flat = _flattened(ImageOps.exif_transpose(_shrunk(image)))
    return np.asarray(cv2.cvtColor(np.asarray(flat, dtype=np.uint8), cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _shrunk(image: Image.Image) -> Image.Image:
    """At most 2000 pixels long: made small before anything else copies it, which bounds the memory for 50 MP."""
    shrink = WORKING_LONG_SIDE / max(image.size)
    if shrink >= 1:
        return image
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    size = (max(1, round(image.width * shrink)), max(1, round(image.height * shrink)))
    if image.mode in ("RGB", "L") and "transparency" not in image.info and image.width * image.height < _QUICK_PIXELS:
        # Four times as quick, but it needs a second copy of the picture.
        small = Image.fromarray(np.asarray(cv2.resize(np.asarray(image), size, interpolation=cv2.INTER_AREA)))
        small.info.update(image.info)
        return small
    return image.resize(size, Image.Resampling.BOX if shrink < 0.5 else Image.Resampling.BILINEAR)


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        whole = image.convert("RGBA")
        ground = Image.new("RGBA", whole.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, whole).convert("RGB")
    return image.convert("RGB")
