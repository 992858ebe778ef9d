"""The first look at a photo: what is surely of no use is said at once, what can be read passes."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFilter

from deploy.demo.card_photos import draw_back, draw_front, fictional_person, photograph
from services.identity.recognition.first_look import first_look
from services.identity.recognition.reasons import CATALOGUE, Reason, Verdict


def saved(picture: Image.Image) -> bytes:
    """As a JPEG."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=90)
    return file.getvalue()


def spoiled(how: str) -> bytes:
    """A good photo of a card made useless in one way."""
    picture = Image.open(io.BytesIO(photograph(draw_front(fictional_person(5)), 5, "clean"))).convert("RGB")
    width, height = picture.size
    if how == "too_dark":
        return saved(picture.point([value // 10 for value in range(256)] * 3))
    if how == "blurred":
        return saved(picture.filter(ImageFilter.GaussianBlur(8)))
    if how == "cut_off":
        return saved(picture.crop((width // 2, 0, width, height)))
    if how == "glare":
        light = (width * 0.2, height * 0.2, width * 0.8, height * 0.8)
        ImageDraw.Draw(picture).ellipse(light, fill=(255, 255, 255))
        return saved(picture)
    return saved(picture.resize((400, 300)))


@pytest.mark.requirement("A11", "P5")
@pytest.mark.parametrize("level", ["clean", "mild", "hard"])
@pytest.mark.parametrize("seed", [1, 5, 9])
def test_photos_that_can_be_read_pass(level: str, seed: int) -> None:
    """Both sides, also taken badly but readable, get no advice to retake."""
    person = fictional_person(seed)
    for drawn in (draw_front(person), draw_back(person.card)):
        look = first_look(photograph(drawn, seed + 3, level))
        assert (look.reason, look.verdict, look.outlined) == (Reason.OK, Verdict.OK, True)


@pytest.mark.requirement("A11", "P5")
@pytest.mark.parametrize("how", ["too_dark", "blurred", "cut_off", "glare", "too_few_pixels"])
def test_what_is_of_no_use_is_said_with_what_to_do(how: str) -> None:
    """Darkness, blur, missing edges, glare and too few pixels are named, each with a sentence in both languages."""
    look = first_look(spoiled(how))
    assert (look.reason.value, look.verdict) == (how, Verdict.RETAKE)
    assert "请" in CATALOGUE[look.reason].zh
    assert CATALOGUE[look.reason].en.isascii()


def test_something_that_is_no_picture_is_named() -> None:
    """Whatever the bytes are, there is a verdict."""
    assert first_look(b"no picture at all").reason is Reason.FILE_FORMAT
