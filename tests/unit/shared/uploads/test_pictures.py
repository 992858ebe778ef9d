"""A re-encoded picture shows the same and holds nothing else."""

import io
import zipfile

import pytest
from PIL import Image, ImageOps

from shared.uploads.disguise import hides_something
from shared.uploads.pictures import LONG_SIDE, rewrite_picture
from shared.uploads.refusal import Refusal
from tests.unit.shared.uploads import corpus

SEGMENTS_OF_METADATA = (b"Exif", b"http://ns.adobe.com", b"xmpmeta", b"ICC_PROFILE", b"iCCP", b"eXIf", b"tEXt", b"iTXt")


@pytest.mark.requirement("V35")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_goes_in_and_none_comes_out(kind: str) -> None:
    """Position, profile, comment and thumbnail stand in the upload and nowhere in the result."""
    sent = corpus.with_metadata(kind)
    assert corpus.MARKER in sent, "control: the upload does carry them"
    result = rewrite_picture(sent, kind.lower())
    assert corpus.MARKER not in result.data
    assert not [name for name in SEGMENTS_OF_METADATA if name in result.data]
    with Image.open(io.BytesIO(result.data)) as image:
        assert not image.getexif()
        assert image.size == (320, 200)
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(("sent", "kept"), [(30, 70), (62, 70), (70, 70), (85, 85), (92, 92), (100, 92)])
def test_a_photo_keeps_its_quality_within_bounds(sent: int, kept: int) -> None:
    """What messengers have squeezed does not grow again, and what a camera made keeps all that can be read."""
    photo = Image.effect_noise((640, 480), 90).convert("RGB")
    result = rewrite_picture(corpus.encoded(photo, quality=sent), "jpeg")
    expected = corpus.encoded(photo, quality=kept)
    assert abs(len(result.data) - len(expected)) < len(expected) / 10
    at_most = corpus.encoded(photo, quality=92)
    assert (len(result.data) < len(at_most) * 0.9) == (kept <= 85), "control: qualities differ in size"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_lying_photo_is_turned_upright(orientation: int) -> None:
    """Whatever way the camera was held, the bright half ends where the viewer saw it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    sent = corpus.encoded(corpus.photo(), exif=exif.tobytes())
    result = rewrite_picture(sent, "jpeg")
    with Image.open(io.BytesIO(sent)) as lying, Image.open(io.BytesIO(result.data)) as upright:
        expected = ImageOps.exif_transpose(lying).convert("L")
        assert upright.size == expected.size == (result.width, result.height)
        for x, y in ((5, 5), (expected.width - 5, 5), (5, expected.height - 5)):
            assert abs(_grey(upright.convert("L"), x, y) - _grey(expected, x, y)) < 12


def _grey(image: Image.Image, x: int, y: int) -> int:
    return image.crop((x, y, x + 1, y + 1)).tobytes()[0]


@pytest.mark.requirement("V34")
@pytest.mark.parametrize(
    "data", [corpus.png_and_zip(), corpus.jpeg_and_php(), corpus.jpeg_and_pdf()], ids=["zip", "php", "pdf"]
)
def test_a_picture_that_is_something_else_too_is_named(data: bytes) -> None:
    """The second face is seen; were it overlooked, re-encoding would still remove it."""
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    assert hides_something(data, is_pdf=False)
    alone = rewrite_picture(data, kind).data
    assert not zipfile.is_zipfile(io.BytesIO(alone))
    assert b"<?php" not in alone
    assert b"%PDF-" not in alone


def test_control_the_polyglots_are_real() -> None:
    """Without the checks the archive opens as an archive and as a picture."""
    for data, kind in ((corpus.png_and_zip(), "PNG"), (corpus.gif_and_jar(), "GIF")):
        assert zipfile.is_zipfile(io.BytesIO(data))
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            image.load()


@pytest.mark.parametrize("tail", [corpus.encoded(corpus.photo((64, 64))), b"\x00" * 5000, b"SEFHe" * 30, b"PK\x05\x06"])
def test_what_phones_append_is_no_disguise(tail: bytes) -> None:
    """Depth maps, padding, makers' trailers and a chance run of archive letters do not cost anybody a photo."""
    assert not hides_something(corpus.encoded(corpus.photo()) + tail, is_pdf=False)


@pytest.mark.requirement("V36")
def test_the_pixel_bomb_is_refused_from_its_header() -> None:
    """900 megapixels in 140 kilobytes are refused; 36 in a file made the same way are decoded."""
    with pytest.raises(Refusal) as refused:
        rewrite_picture(corpus.pixel_bomb(30_000, 30_000), "png")
    assert refused.value.code == "picture_too_many_pixels"
    assert rewrite_picture(corpus.pixel_bomb(6000, 6000), "png").width == 3000


def test_large_photos_stay_legible_and_small_enough() -> None:
    """The long side ends at 4,000 pixels at most and never below 2,000."""
    for size in ((4001, 300), (6000, 400), (300, 9000)):
        result = rewrite_picture(corpus.encoded(corpus.photo(size)), "jpeg")
        assert 2000 <= max(result.width, result.height) <= LONG_SIDE


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animations_are_refused(kind: str) -> None:
    """Two frames are one too many."""
    second = corpus.photo().transpose(Image.Transpose.ROTATE_180)
    sent = corpus.encoded(corpus.photo(), kind, save_all=True, append_images=[second], duration=100)
    with pytest.raises(Refusal, match="picture_animated"):
        rewrite_picture(sent, kind.lower())


def test_a_photo_with_a_preview_frame_is_a_photo() -> None:
    """Phones put a second JPEG into the first (multi-picture format); that is not an animation."""
    sent = corpus.encoded(corpus.photo(), "MPO", save_all=True, append_images=[corpus.photo((64, 64))])
    assert rewrite_picture(sent, "jpeg").width == 320


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_truncated_picture_is_called_damaged(kind: str, share: float) -> None:
    """An upload that was cut off is refused with the sentence that asks for it again."""
    sent = corpus.encoded(Image.effect_noise((320, 200), 60).convert("RGB"), kind)
    with pytest.raises(Refusal, match="picture_damaged"):
        rewrite_picture(sent[: int(len(sent) * share)], kind.lower())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_colour_mode_comes_out_as_grey_or_rgb(mode: str) -> None:
    """Transparency lies on white, sixteen bits become eight, and nobody gets a black picture."""
    image = corpus.photo(mode="L") if mode == "I;16" else corpus.photo().convert(mode)
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 256).convert("I;16")
    if mode in ("LA", "RGBA"):
        image.putalpha(0)
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    result = rewrite_picture(corpus.encoded(image, kind), kind.lower())
    with Image.open(io.BytesIO(result.data)) as out:
        assert out.mode in ("L", "RGB")
        shades = out.convert("L").tobytes()
        assert max(shades) > 180
        if mode in ("LA", "RGBA"):
            assert min(shades) == 255
