"""Cards as card-drawing programs make them: other places of labels and values, other papers, labels and portraits.

A third account of what a card may look like, independent of the demo's and of `stranger_cards`: places of labels and
values may be some millimetres from those of a real card, labels may be spaced, values bold, numbers set without pitch,
addresses and authorities run over several lines. People are those of `stranger_cards`, some with longer details.

Typefaces come from the packages named in `looks`, and fonts-droid-fallback, fonts-liberation, fonts-arphic-uming and
fonts-cns11643-sung.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from deploy.demo.card_photos import Person
from deploy.demo.card_photos.people import Card
from tests.bench.recognition.stranger_cards import face_for, stranger

WIDE, HIGH = 1712, 1080
_MM = WIDE / 85.6
_EDGE = 82.5
_LONG_AUTHORITIES = (
    "双江拉祜族佤族布朗族傣族自治县公安局",
    "积石山保安族东乡族撒拉族自治县公安局",
    "克孜勒苏柯尔克孜自治州公安局阿图什市分局",
    "呼和浩特市公安局玉泉区分局",
    "镇沅彝族哈尼族拉祜族自治县公安局",
)
Face = tuple[str, int]


@dataclass(frozen=True)
class Template:
    """Places in mm, as (least, most): every card is somewhere between. `spaced`: labels of two words stand apart."""

    left: tuple[float, float]
    value: tuple[float, float]
    name: tuple[float, float]
    pitch: tuple[float, float]
    ethnicity: tuple[float, float]
    number: tuple[float, float]
    number_left: tuple[float, float]
    size: tuple[float, float]
    spaced: float
    ink: tuple[int, int, int]
    label: tuple[int, int, int]
    title: tuple[float, float]
    detail: tuple[float, float]
    detail_left: tuple[float, float]


@dataclass(frozen=True)
class Style:
    """One set: typefaces of texts and figures, templates, strength of the guilloche."""

    texts: Sequence[Face]
    figures: Sequence[Face]
    templates: Sequence[Template]
    guilloche: tuple[float, float]


_PLAIN = Template(
    (4.4, 6.2), (13.6, 16.0), (6.6, 9.0), (6.3, 7.4), (26.0, 30.5), (45.4, 48.2), (27.0, 31.0), (3.0, 3.7), 0.0,
    (25, 25, 28), (40, 110, 170), (9.5, 13.0), (38.0, 42.0), (15.0, 19.0),
)  # fmt: skip
_SPACED = Template(
    (5.0, 7.0), (15.6, 18.0), (7.5, 10.5), (6.4, 7.2), (28.0, 33.0), (45.0, 47.8), (29.0, 32.5), (2.9, 3.4), 0.5,
    (10, 10, 10), (20, 80, 150), (8.0, 11.0), (39.0, 42.5), (17.0, 21.0),
)  # fmt: skip
_LARGE = Template(
    (3.6, 5.2), (14.4, 16.6), (5.8, 7.6), (7.0, 7.9), (27.5, 31.5), (46.0, 48.6), (28.0, 30.0), (3.6, 4.1), 0.15,
    (45, 45, 50), (95, 130, 165), (10.0, 14.0), (36.5, 39.5), (13.0, 16.5),
)  # fmt: skip
_AWAY = Template(
    (6.6, 8.4), (17.0, 19.6), (8.8, 11.4), (5.9, 6.7), (29.0, 33.5), (43.8, 46.6), (30.5, 33.0), (2.8, 3.3), 0.3,
    (30, 25, 25), (60, 90, 140), (12.0, 15.0), (37.0, 40.0), (18.5, 22.0),
)  # fmt: skip
DRAWN = Style(
    texts=(
        ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
        ("opentype/noto/NotoSansCJK-Bold.ttc", 2),
        ("truetype/droid/DroidSansFallbackFull.ttf", 0),
        ("opentype/noto/NotoSerifCJK-Regular.ttc", 2),
        ("truetype/wqy/wqy-zenhei.ttc", 0),
        ("truetype/arphic/uming.ttc", 0),
        ("truetype/lxgw-wenkai/LXGWWenKai-Bold.ttf", 0),
    ),
    figures=(
        ("opentype/noto/NotoSansCJK-Bold.ttc", 2),
        ("truetype/liberation/LiberationSans-Regular.ttf", 0),
        ("truetype/liberation/LiberationMono-Bold.ttf", 0),
        ("opentype/ocr-b/OCRB.otf", 0),
        ("truetype/droid/DroidSansFallbackFull.ttf", 0),
    ),
    templates=(_PLAIN, _SPACED, _LARGE),
    guilloche=(0.0, 22.0),
)
SEALED = Style(
    texts=(
        ("opentype/noto/NotoSansCJK-Light.ttc", 2),
        ("opentype/noto/NotoSerifCJK-Bold.ttc", 2),
        ("truetype/wqy/wqy-microhei.ttc", 0),
        ("truetype/lxgw-wenkai/LXGWWenKaiMono-Regular.ttf", 0),
        ("truetype/cns11643/TW-Sung-98_1.ttf", 0),
        ("opentype/noto/NotoSansCJK-Black.ttc", 2),
    ),
    figures=(
        ("truetype/liberation/LiberationSerif-Bold.ttf", 0),
        ("truetype/dejavu/DejaVuSansMono-Bold.ttf", 0),
        ("truetype/liberation/LiberationSansNarrow-Bold.ttf", 0),
        ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ),
    templates=(_PLAIN, _AWAY),
    guilloche=(8.0, 30.0),
)


def template_person(seed: int, today: date) -> Person:
    """A person of `stranger_cards`, now and then with a longer address and an authority of two lines."""
    person, dice = stranger(seed + 3_000_000, today), random.Random(f"template person {seed}")
    if dice.random() < 0.25:
        person = replace(person, address=person.address + dice.choice(("东侧平房", "附2号院内", "3单元1502室")))
    if dice.random() < 0.25:
        person = replace(person, card=replace(person.card, authority=dice.choice(_LONG_AUTHORITIES)))
    return person


@dataclass
class _Print:
    image: Image.Image
    dice: random.Random
    template: Template
    text: Face
    figures: Face
    size: float

    def between(self, ends: tuple[float, float]) -> float:
        return self.dice.uniform(*ends)

    def write(
        self, x: float, y: float, text: str, size: float, gap: float = 0.0, colour: tuple[int, int, int] | None = None
    ) -> float:
        """Sets text with its middle at `y`, `gap` times the size between characters; gives the x after it (mm).

        What would reach the card's edge is set smaller.
        """
        draw, path = ImageDraw.Draw(self.image), self.figures if text[:4].isdigit() else self.text
        faces = [path if char.isascii() else self.text for char in text]
        wide = sum(face_for(face, c, 100).getlength(c) / 100 + gap for face, c in zip(faces, text, strict=True))
        size = min(size, (_EDGE - x) / wide)
        for face, char in zip(faces, text, strict=True):
            font = face_for(face, char, round(size * _MM))
            draw.text((x * _MM, y * _MM), char, fill=colour or self.template.ink, font=font, anchor="lm")
            x += font.getlength(char) / _MM + gap * size
        return x


def draw_template(person: Person, side: str, style: Style, seed: int) -> Image.Image:
    """One side, twenty pixels per millimetre."""
    dice = random.Random(f"template {seed}")
    template = dice.choice(style.templates)
    paper = _paper(dice, side, dice.uniform(*style.guilloche))
    sheet = _Print(
        paper, dice, template, dice.choice(style.texts), dice.choice(style.figures), dice.uniform(*template.size)
    )
    _portrait_side(sheet, person) if side == "front" else _emblem_side(sheet, person.card)
    return sheet.image


def _portrait_side(sheet: _Print, person: Person) -> None:
    _portrait(sheet)
    t, size = sheet.template, sheet.size
    left, value, y, pitch = sheet.between(t.left), sheet.between(t.value), sheet.between(t.name), sheet.between(t.pitch)
    small, label = size * sheet.between((0.85, 1.0)), t.label
    for i, words in enumerate(("姓名", "性别", "出生", "住址")):
        sheet.write(left, y + i * pitch, words, small, t.spaced, label)
    sheet.write(value, y, person.name, size * sheet.between((1.0, 1.2)), 0.1 if len(person.name) < 8 else 0)
    sheet.write(value, y + pitch, person.sex, size)
    x = sheet.write(max(sheet.between(t.ethnicity), value + 9), y + pitch, "民族", small, t.spaced * 0.4, label)
    sheet.write(x + sheet.between((0.8, 2.8)), y + pitch, person.ethnicity, size)
    x, born, gap = value, person.birth_date, sheet.between((0.3, 1.6))
    for figure, word in ((born.year, "年"), (born.month, "月"), (born.day, "日")):
        x = sheet.write(x, y + 2 * pitch, str(figure), size) + gap
        x = sheet.write(x, y + 2 * pitch, word, small, 0, label) + gap
    room = 54.5 - value
    for i, row in enumerate(_rows(person.address, int(room / size))):
        sheet.write(value, y + 3 * pitch + i * size * sheet.template.pitch[0] / 5.0, row, size)
    bottom = sheet.between(t.number)
    end = sheet.write(left, bottom, "公民身份号码", small, sheet.between((0.0, 0.12)), label)
    figures = size * sheet.between((1.1, 1.25))
    sheet.write(
        max(end + 1.5, sheet.between(t.number_left)), bottom, person.id_number, figures, sheet.between((0.03, 0.14))
    )


def _emblem_side(sheet: _Print, card: Card) -> None:
    t, size = sheet.template, sheet.size
    _emblem(sheet)
    top, large = sheet.between(t.title), sheet.between((4.0, 5.4))
    sheet.write(sheet.between((26.5, 31.0)), top, "中华人民共和国", large, sheet.between((0.1, 0.35)))
    sheet.write(
        sheet.between((26.5, 31.0)),
        top + sheet.between((7.0, 9.5)),
        "居民身份证",
        large * 1.3,
        sheet.between((0.1, 0.4)),
    )
    y, left = sheet.between(t.detail), sheet.between(t.detail_left)
    end = sheet.write(left, y, "签发机关", size, t.spaced * 0.2)
    pitch = sheet.between((6.0, 7.4))
    value, rows = end + sheet.between((1.2, 3.2)), _rows(card.authority, sheet.dice.choice((11, 13, 15)))
    for i, row in enumerate(rows):
        sheet.write(value, y + i * size * 1.15, row, size)
    y += max(pitch, len(rows) * size * 1.25)
    sheet.write(left, y, "有效期限", size, t.spaced * 0.2)
    ends = f"{card.valid_to:%Y.%m.%d}" if card.valid_to else "长期"
    sheet.write(value, y, f"{card.valid_from:%Y.%m.%d}{sheet.dice.choice('-—')}{ends}", size)


def _rows(text: str, room: int) -> list[str]:
    """Lines of at most `room` wide characters; figures count half."""
    rows, used = [""], 0.0
    for char in text:
        used += 0.6 if char.isascii() else 1.0
        if used > room:
            rows, used = [*rows, ""], 1.0
        rows[-1] += char
    return rows


def _paper(dice: random.Random, side: str, strength: float) -> Image.Image:
    """Two tints across the card, rosettes of thin lines, and on the emblem side a faint skyline."""
    rows, columns = np.mgrid[0:HIGH, 0:WIDE].astype(np.float32)
    tints = np.array([[dice.uniform(205, 250) for _ in range(3)] for _ in range(2)])
    share = ((columns * dice.uniform(-1, 1) + rows * dice.uniform(-1, 1)) / WIDE * 0.5 + 0.5).clip(0, 1)[..., None]
    paper: npt.NDArray[np.float64] = tints[0] * (1 - share) + tints[1] * share
    for _ in range(dice.randint(1, 4)):
        x, y, petals = dice.uniform(0, WIDE), dice.uniform(0, HIGH), dice.randint(5, 16)
        reach, turn = np.hypot(columns - x, rows - y), np.arctan2(rows - y, columns - x)
        lines = np.sin(reach / dice.uniform(3, 9) + dice.uniform(1, 4) * np.sin(turn * petals)) > 0.75
        paper -= (lines * strength)[..., None] * np.array([dice.uniform(0.1, 1) for _ in range(3)])
    picture = np.clip(paper, 0, 255).astype(np.uint8)
    if side == "back" and dice.random() < 0.6:
        for level in range(3):
            heights = [(i * WIDE // 12, int(HIGH * (0.5 + 0.1 * level) - dice.uniform(0, 150))) for i in range(13)]
            cv2.polylines(picture, [np.array(heights, np.int32)], False, (190, 170, 165), dice.randint(2, 6))
    return Image.fromarray(picture)


def _portrait(sheet: _Print) -> None:
    """A head and shoulders in flat colours inside a tinted box, or a cut-out without one: no face."""
    dice, draw = sheet.dice, ImageDraw.Draw(sheet.image)
    left, top, wide = dice.uniform(56.5, 59.5), dice.uniform(6, 9), dice.uniform(20, 23)
    high = wide * 1.28
    if dice.random() < 0.7:
        tone = dice.choice(((235, 238, 242), (180, 205, 230), (250, 250, 250), (160, 185, 210)))
        draw.rectangle([v * _MM for v in (left, top, left + wide, top + high)], fill=tone)
    hair, coat = (dice.randint(15, 60),) * 3, tuple(dice.randint(20, 140) for _ in range(3))
    middle = left + wide / 2
    for fill, box in (
        (coat, (middle - wide * 0.42, top + high * 0.68, middle + wide * 0.42, top + high * 1.25)),
        (hair, (middle - wide * 0.26, top + high * 0.12, middle + wide * 0.26, top + high * 0.6)),
        (
            (dice.randint(190, 235), 180, 155),
            (middle - wide * 0.2, top + high * 0.24, middle + wide * 0.2, top + high * 0.72),
        ),
    ):
        draw.chord([v * _MM for v in (box[0], box[1], box[2], min(box[3], top + high * 1.25))], 0, 360, fill=fill)
    edge = (
        round((left - 1) * _MM),
        round((top + high) * _MM),
        round((left + wide + 1) * _MM),
        round((top + high * 1.3) * _MM),
    )
    sheet.image.paste(
        sheet.image.crop((edge[0], 0, edge[2], 90)).resize((edge[2] - edge[0], edge[3] - edge[1])), edge[:2]
    )
    if dice.random() < 0.5:
        sheet.image = sheet.image.filter(ImageFilter.UnsharpMask(2, 40))


def _emblem(sheet: _Print) -> None:
    dice, draw = sheet.dice, ImageDraw.Draw(sheet.image)
    x, y, reach = dice.uniform(11, 16), dice.uniform(10, 16), dice.uniform(5.5, 8.5)
    for share, fill in ((1.0, (205, 30, 35)), (0.86, (235, 180, 70)), (0.78, (200, 25, 30))):
        draw.ellipse(
            [v * _MM for v in (x - reach * share, y - reach * share, x + reach * share, y + reach * share)], fill=fill
        )
    for i in range(5):
        a = i * 1.2566 - 1.57
        px, py = x + reach * 0.35 * np.cos(a), y + reach * 0.35 * np.sin(a)
        draw.regular_polygon((px * _MM, py * _MM, reach * 0.14 * _MM), 3, fill=(245, 205, 80))
