"""Re-encoding a picture inside the capped child: pixels in, pixels out, nothing else survives (V35, V36)."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PIL import Image

from shared.uploads.refusal import Refusal

PIXEL_CAP: Final = 40_000_000
# The WebP decoder holds four canvases of four bytes a pixel at once; more would pass the memory cap.
WEBP_PIXEL_CAP: Final = 13_500_000
LONG_SIDE: Final = 4000
_HALVE_ABOVE: Final = 20_000_000
_JPEG_QUALITY: Final = range(70, 93)
"""The last where the picture does not say: a photo that came at 62 leaves half as large at 70 as at 92."""
_QUALITY_50: Final = 3679
"""Sum of the luminance table that encoders scale by quality (ITU-T T.81, table K.1)."""
_STRIP: Final = 512
_ORIENTATION_TAG: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = PIXEL_CAP
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A re-encoded picture; `kind` is "jpeg" or "png" (WebP comes out as JPEG)."""

    data: bytes
    kind: str
    width: int
    height: int


def rewrite_picture(data: bytes, kind: str) -> Picture:
    """Decodes `data` as `kind` and encodes its pixels anew, upright, at most LONG_SIDE pixels long.

    Raises Refusal (picture_damaged, picture_too_many_pixels, picture_animated).
    """
    try:
        with Image.open(io.BytesIO(data), formats=[kind.upper()]) as image:
            quality = _quality(image)
            return _encode(_upright_pixels(image, kind), "png" if kind == "png" else "jpeg", quality)
    except (Refusal, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many(PIXEL_CAP) from None
    except Exception:
        # Decoders raise whatever their format makes them raise; for the person it all means one thing.
        raise Refusal("picture_damaged") from None


def _upright_pixels(image: Image.Image, kind: str) -> Image.Image:
    cap = WEBP_PIXEL_CAP if kind == "webp" else PIXEL_CAP
    if image.width * image.height > cap:
        raise _too_many(cap)
    # A JPEG with more than one frame is a phone's photo with its depth map or preview behind it, not an animation.
    if kind != "jpeg" and getattr(image, "n_frames", 1) > 1:
        raise Refusal("picture_animated")
    turn = _TURNS.get(_orientation(image))
    if image.width * image.height > _HALVE_ABOVE:
        image.draft(None, (image.width // 2, image.height // 2))
    image.load()
    pixels = _then(_then(image, _plain), _scaled)
    if max(pixels.size) > LONG_SIDE:
        pixels.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return _then(pixels, lambda lying: lying.transpose(turn)) if turn is not None else pixels


def _then(before: Image.Image, step: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """One step; the picture before it is freed at once, since two large ones do not fit under the cap."""
    after = step(before)
    if after is not before:
        before.close()
    return after


def _plain(pixels: Image.Image) -> Image.Image:
    """Modes that can not be scaled down (palette, bitmap, 16 bit) as grey, RGB or RGBA."""
    if pixels.mode.startswith("I"):
        return pixels.point(lambda value: value / 256).convert("L")
    if pixels.mode == "1":
        return pixels.convert("L")
    if pixels.mode in ("P", "PA"):
        return pixels.convert("RGBA" if pixels.has_transparency_data else "RGB")
    return pixels


def _scaled(pixels: Image.Image) -> Image.Image:
    """Grey or RGB, halved when large; transparency is laid on white."""
    factor = 2 if pixels.width * pixels.height > _HALVE_ABOVE else 1
    if pixels.has_transparency_data:
        return _on_white(pixels, factor)
    if pixels.mode not in ("L", "RGB"):
        pixels = _then(pixels, lambda other: other.convert("RGB"))
    return pixels.reduce(factor) if factor > 1 else pixels


def _on_white(pixels: Image.Image, factor: int) -> Image.Image:
    """Strip by strip: the library's own scaling of transparent pictures makes two more full copies."""
    ground = Image.new("RGB", (-(-pixels.width // factor), -(-pixels.height // factor)), "white")
    for top in range(0, pixels.height, _STRIP):
        bottom = min(top + _STRIP, pixels.height)
        layer = pixels.crop((0, top, pixels.width, bottom)).convert("RGBA")
        strip = Image.new("RGB", layer.size, "white")
        strip.paste(layer, mask=layer.getchannel("A"))
        ground.paste(strip.reduce(factor), (0, top // factor))
    return ground


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:
        # A broken EXIF block is no reason to refuse a photo: it is dropped anyway.
        return 1


def _quality(image: Image.Image) -> int:
    """What a JPEG was encoded with, kept inside bounds: more bytes would not bring back what is gone."""
    table: list[int] | None = getattr(image, "quantization", {}).get(0)
    if not table:
        return _JPEG_QUALITY[-1]
    scale: float = max(100 * sum(table) / _QUALITY_50, 1)
    quality = round((200 - scale) / 2 if scale <= 100 else 5000 / scale)
    return min(max(quality, _JPEG_QUALITY[0]), _JPEG_QUALITY[-1])


def _encode(pixels: Image.Image, kind: str, quality: int) -> Picture:
    # The encoders take profile, comment and resolution from `info` when they are not told otherwise.
    pixels.info.clear()
    out = io.BytesIO()
    if kind == "jpeg":
        pixels.save(out, "JPEG", quality=quality)
    else:
        pixels.save(out, "PNG", compress_level=4)
    return Picture(out.getvalue(), kind, pixels.width, pixels.height)


def _too_many(cap: int) -> Refusal:
    return Refusal("picture_too_many_pixels", limit_megapixels=cap // 1_000_000)
