"""Photos of fictional cards through the real models."""

import io
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from deploy.demo.card_photos import Person, default_fonts, draw_back, draw_front, fictional_person, photograph
from services.identity.recognition.claims import Match, match_claim
from services.identity.recognition.reasons import Reason, Verdict
from services.identity.recognition.recogniser import Recogniser
from services.identity.recognition.results import BackFields, FrontFields

_TODAY = date(2026, 11, 1)
_TO_FACE = {"mild": (41, 42), "hard": (43, 44)}


def _front_fields(person: Person) -> FrontFields:
    born = person.birth_date.isoformat()
    return FrontFields(person.name, person.sex, person.ethnicity, born, person.address, person.id_number)


def _back_fields(person: Person) -> BackFields:
    card = person.card
    return BackFields(
        card.authority, card.valid_from.isoformat(), card.valid_to.isoformat() if card.valid_to else "长期"
    )


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(("level", "seed"), [(level, seed) for level, seeds in _TO_FACE.items() for seed in seeds])
def test_both_sides_are_read_exactly(recogniser: Recogniser, level: str, seed: int) -> None:
    """Every detail of both sides comes out exactly, the verdict is ok, and the typed claim matches."""
    person = fictional_person(seed, _TODAY)
    front = photograph(draw_front(person), seed, level)
    result = recogniser.read(front, photograph(draw_back(person.card), seed + 500, level), _TODAY)
    assert result.front == _front_fields(person)
    assert result.back == _back_fields(person)
    assert (result.verdict, result.reason, result.side) == (Verdict.OK, Reason.OK, None)
    assert match_claim(person.name, person.id_number.lower(), result.front).overall is Match.EQUAL


@pytest.mark.requirement("A8")
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_any_way_up(recogniser: Recogniser, turn: int) -> None:
    """A photo taken with the phone held in another way reads the same."""
    person = fictional_person(50, _TODAY)
    upright = Image.open(io.BytesIO(photograph(draw_front(person), 50, "mild")))
    file = io.BytesIO()
    upright.rotate(turn, expand=True).save(file, "JPEG", quality=90)
    result = recogniser.read(file.getvalue(), None, _TODAY)
    assert (result.front, result.verdict) == (_front_fields(person), Verdict.OK)


def test_dotted_names_keep_their_dot(recogniser: Recogniser) -> None:
    """The middle dot of a minority name is read as the one used for comparing."""
    person = replace(fictional_person(51, _TODAY), name="古丽娜尔·买合木提", ethnicity="维吾尔")
    result = recogniser.read(photograph(draw_front(person), 51, "mild"), None, _TODAY)
    assert result.front == _front_fields(person)


def test_registered_variants_are_read_as_printed(recogniser: Recogniser) -> None:
    """A clearly printed character that has a simplified form is not replaced by it: 濛 is another name than 蒙."""
    person = replace(fictional_person(57, _TODAY), name="王濛")
    result = recogniser.read(photograph(draw_front(person), 57, "clean"), None, _TODAY)
    assert (result.front, result.verdict) == (_front_fields(person), Verdict.OK)


def test_cards_of_another_print_run_are_read(recogniser: Recogniser) -> None:
    """Values two millimetres from their usual place, and an authority that reaches the card's edge, are read whole."""
    person = fictional_person(58, _TODAY)
    person = replace(person, card=replace(person.card, authority="孟连傣族拉祜族佤族自治县公安局"))
    fonts = replace(default_fonts(), shift_mm=(-1.2, 0.9))
    for front, back in ((draw_front(person, fonts), None), (None, draw_back(person.card))):
        files = [photograph(side, 58, "clean") if side else None for side in (front, back)]
        result = recogniser.read(files[0], files[1], _TODAY)
        assert result.verdict is Verdict.OK
        assert result.front in (None, _front_fields(person))
        assert result.back in (None, _back_fields(person))


@pytest.mark.requirement("A9", "A11")
def test_forged_details_are_inconsistent(recogniser: Recogniser) -> None:
    """A number without its check digit and a birth date that the number denies are named, never accepted."""
    person = fictional_person(52, _TODAY)
    last = "0" if person.id_number[-1] != "0" else "1"
    wrong_number = replace(person, id_number=person.id_number[:17] + last)
    wrong_birth = replace(person, birth_date=person.birth_date.replace(year=person.birth_date.year - 1))
    for forged, reason in ((wrong_number, Reason.CHECK_DIGIT), (wrong_birth, Reason.BIRTH_CONTRADICTS_NUMBER)):
        result = recogniser.read(photograph(draw_front(forged), 52, "mild"), None, _TODAY)
        assert (result.verdict, result.reason, result.side) == (Verdict.INCONSISTENT, reason, "front")


@pytest.mark.requirement("A11")
def test_swapped_sides_are_named(recogniser: Recogniser) -> None:
    """Each side sent in the place of the other is told which side is wanted."""
    person = fictional_person(53, _TODAY)
    emblem, portrait = photograph(draw_back(person.card), 53), photograph(draw_front(person), 54)
    assert recogniser.read(emblem, None, _TODAY).reason is Reason.FRONT_EXPECTED
    assert recogniser.read(None, portrait, _TODAY).reason is Reason.BACK_EXPECTED


def test_expiry_depends_on_the_day(recogniser: Recogniser) -> None:
    """The same photo is ok on the last day of its term and expired on the next."""
    person = fictional_person(41, _TODAY)
    ends = date(2026, 10, 31)
    card = replace(person.card, valid_from=date(2016, 10, 31), valid_to=ends)
    photo = photograph(draw_back(card), 55)
    assert recogniser.read(None, photo, ends).verdict is Verdict.OK
    assert recogniser.read(None, photo, date(2026, 11, 1)).verdict is Verdict.EXPIRED


@pytest.mark.requirement("A11")
def test_bad_photos_say_what_is_wrong(recogniser: Recogniser) -> None:
    """Dark, cut off, copied, empty: each has its own verdict and reason."""
    person = fictional_person(56, _TODAY)
    drawn = draw_front(person)
    photo = Image.open(io.BytesIO(photograph(drawn, 56, "clean"))).convert("RGB")
    width, height = photo.size
    sheet = Image.new("L", (2300, 1700), 244)
    sheet.paste(ImageOps.autocontrast(drawn.convert("L")), (280, 300))
    cases = {
        Reason.TOO_DARK: photo.point(lambda value: value // 12),
        Reason.CUT_OFF: photo.crop((0, 0, int(width * 0.72), height)),
        Reason.PHOTOCOPY: sheet.convert("RGB"),
        Reason.NO_CARD_FOUND: Image.new("RGB", (1200, 900), (120, 140, 90)),
    }
    for reason, picture in cases.items():
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=88)
        assert recogniser.read(file.getvalue(), None, _TODAY).reason is reason


def test_nothing_and_rubbish_are_verdicts(recogniser: Recogniser) -> None:
    """Without photos, or with bytes that are no picture, there is a reason and no exception."""
    assert recogniser.read(None, None, _TODAY).reason is Reason.NO_PHOTO
    result = recogniser.read(b"MZ\x90\0 not a picture", None, _TODAY)
    assert (result.verdict, result.reason, result.front) == (Verdict.RETAKE, Reason.FILE_FORMAT, None)


@pytest.mark.parametrize("shape", [(900, 1200), (1, 700), (2000, 20)])
def test_pictures_of_nothing_are_never_accepted(recogniser: Recogniser, shape: tuple[int, int]) -> None:
    """Noise of any shape ends in a verdict that is not ok, for both sides, without an exception."""
    noise = np.random.default_rng(7).integers(0, 255, (*shape, 3)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    result = recogniser.read(file.getvalue(), file.getvalue(), _TODAY)
    assert result.verdict in (Verdict.NOT_A_CARD, Verdict.RETAKE)
    assert (result.front, result.back) == (None, None)


def test_long_names_are_whole_or_sent_to_a_person(recogniser: Recogniser) -> None:
    """A long name that ends on paper before the portrait is accepted; one that goes on under the portrait is not."""
    person = replace(fictional_person(59, _TODAY), name="帕提古丽娜·阿不都热合曼", ethnicity="维吾尔")
    drawn = draw_front(person)
    whole = recogniser.read(photograph(drawn, 59, "clean"), None, _TODAY)
    assert (whole.front, whole.verdict) == (_front_fields(person), Verdict.OK)
    millimetre = drawn.width / 85.6
    ImageDraw.Draw(drawn).rectangle([v * millimetre for v in (48.0, 5.0, 80.0, 40.0)], fill=(120, 150, 190))
    hidden = recogniser.read(photograph(drawn, 59, "clean"), None, _TODAY)
    assert hidden.verdict is not Verdict.OK
