"""Untrusted picture files."""

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from services.identity.recognition.intake import MAX_BYTES, ImageRefused, open_image
from services.identity.recognition.reasons import Reason


def _file(kind: str, size: tuple[int, int] = (800, 500), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (90, 120, 150)).save(file, kind, **options)
    return file.getvalue()


def _png_header(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its few bytes of data never fill."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 9000)
    parts = (
        struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in (chunk, data, b"IEND")
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.requirement("A11")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_open_as_bgr(kind: str) -> None:
    """The three accepted formats give an array of blue, green, red."""
    pixels = open_image(_file(kind))
    assert pixels.shape == (500, 800, 3)
    assert np.abs(pixels.reshape(-1, 3).mean(axis=0) - (150, 120, 90)).max() < 3


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xd8\xff" + b"\0" * MAX_BYTES, Reason.FILE_TOO_LARGE),
        (_file("GIF"), Reason.FILE_FORMAT),
        (_file("BMP"), Reason.FILE_FORMAT),
        (b"", Reason.FILE_FORMAT),
        (b"%PDF-1.7 ", Reason.FILE_FORMAT),
        (_file("PNG", (599, 400)), Reason.TOO_FEW_PIXELS),
        (_file("JPEG")[:700], Reason.FILE_DAMAGED),
        (b"\xff\xd8\xff\xe0" + b"\0" * 64, Reason.FILE_DAMAGED),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Reason.FILE_DAMAGED),
        (_png_header(40_000, 40_000), Reason.TOO_MANY_PIXELS),
        (_png_header(8_000, 6_300), Reason.TOO_MANY_PIXELS),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else None,
)
def test_bad_files_are_refused_with_their_reason(data: bytes, reason: Reason) -> None:
    """Every kind of unusable file is refused by its own reason, bombs from the header within milliseconds."""
    started = time.perf_counter()
    with pytest.raises(ImageRefused) as refused:
        open_image(data)
    assert refused.value.reason is reason
    assert time.perf_counter() - started < 0.2


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_animations_are_refused(kind: str) -> None:
    """A file with several pictures could show a person one and the reader another."""
    frames = [Image.new("RGB", (700, 500), (shade, 0, 0)) for shade in (10, 200)]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(ImageRefused) as refused:
        open_image(file.getvalue())
    assert refused.value.reason is Reason.ANIMATION


def test_large_photos_are_shrunk() -> None:
    """A 12 MP photo comes out at 2000 pixels on its long side."""
    assert max(open_image(_file("JPEG", (4000, 3000))).shape) == 2000


def test_exif_orientation_is_applied() -> None:
    """A photo stored sideways is set upright before anything is read."""
    exif = Image.Exif()
    exif[0x0112] = 6
    assert open_image(_file("JPEG", (800, 500), exif=exif)).shape == (800, 500, 3)
    assert open_image(_file("PNG", (2400, 1200), exif=exif)).shape == (2000, 1000, 3)


@pytest.mark.parametrize(("mode", "size"), [("RGBA", (700, 500)), ("LA", (2400, 500)), ("RGBA", (2400, 500))])
def test_transparency_becomes_white(mode: str, size: tuple[int, int]) -> None:
    """Transparent parts must not turn black, which would look like a dark photo."""
    file = io.BytesIO()
    Image.new(mode, size, 0).save(file, "PNG")
    assert open_image(file.getvalue()).min() == 255


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_every_colour_mode_becomes_bgr(mode: str) -> None:
    """Scans come in black and white, grey, palettes, 16 bits and print colours."""
    file = io.BytesIO()
    Image.new(mode, (2400, 1200)).save(file, "JPEG" if mode == "CMYK" else "PNG")
    assert open_image(file.getvalue()).shape == (1000, 2000, 3)


@pytest.mark.parametrize("cut", range(0, 3000, 250))
def test_damage_anywhere_is_no_crash(cut: int) -> None:
    """Bytes overwritten anywhere either still open or are refused with a reason."""
    data = bytearray(_file("JPEG", (700, 500)))
    data[cut : cut + 20] = b"\xff\x00\xda\x37" * 5
    try:
        opened = open_image(bytes(data)).shape == (500, 700, 3)
    except ImageRefused as refused:
        opened = refused.reason in (Reason.FILE_DAMAGED, Reason.FILE_FORMAT)
    assert opened
