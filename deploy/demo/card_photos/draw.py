"""Draws the two sides of a card in the layout of a second-generation resident ID card (85.6 x 54 mm)."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from deploy.demo.card_photos.people import Card, Person

PX_PER_MM = 20
WIDTH_MM, HEIGHT_MM = 85.6, 54.0
_INK, _LABEL = (26, 26, 32), (42, 106, 164)
_ROOTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
_CANDIDATES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "msyh.ttc",
    "PingFang.ttc",
)
Pen = Callable[[float, float, str, float, str], None]


class FontMissing(RuntimeError):
    """No font with Chinese glyphs is installed."""


@dataclass(frozen=True)
class CardFonts:
    """Paths of the typefaces; `index` picks the simplified face of a collection, `shift_mm` moves the values."""

    text: str
    digits: str
    spare: str
    index: int = 0
    shift_mm: tuple[float, float] = field(default=(0.0, 0.0))


def default_fonts() -> CardFonts:
    """The first Chinese typeface found on this machine. Raises FontMissing and names the package to install."""
    for name in _CANDIDATES:
        for root in _ROOTS:
            for path in sorted(Path(root).rglob(name)) if Path(root).is_dir() else ():
                return CardFonts(str(path), str(path), str(path), 2 if "CJK" in name else 0)
    raise FontMissing("没有中文字体, 请安装软件包 fonts-noto-cjk / no Chinese font: install the package fonts-noto-cjk")


def draw_front(person: Person, fonts: CardFonts | None = None) -> Image.Image:
    """The portrait side as an RGB image of 1712 x 1080 pixels with rounded corners left square."""
    fonts = fonts or default_fonts()
    image = _paper(hash_of(person.id_number), (233, 241, 246), (216, 228, 240), (240, 228, 232))
    write = _pen(image, fonts)
    for x, y, text in (
        (5.6, 8.4, "姓名"),
        (5.6, 15.2, "性别"),
        (28.2, 15.2, "民族"),
        (5.6, 21.8, "出生"),
        (5.6, 28.6, "住址"),
    ):
        write(x, y, text, 2.9, "label")
    write(15.6, 8.4, person.name, 3.7 if len(person.name) < 10 else 3.1, "value")
    write(15.6, 15.2, person.sex, 3.2, "value")
    write(36.4, 15.2, person.ethnicity, 3.2, "value")
    born = person.birth_date
    for x, text in ((15.6, str(born.year)), (27.4, f"{born.month:>2}"), (34.2, f"{born.day:>2}")):
        write(x, 21.8, text, 3.2, "value")
    for x, text in ((23.6, "年"), (31.0, "月"), (37.8, "日")):
        write(x, 21.8, text, 2.9, "label")
    for row, text in enumerate(_wrapped(person.address)):
        write(15.6, 28.6 + 4.5 * row, text, 3.2, "value")
    write(5.6, 47.2, "公民身份号码", 2.9, "label")
    write(29.6, 47.2, person.id_number, 3.9, "digits")
    _portrait(image, fonts)
    return image


def draw_back(card: Card, fonts: CardFonts | None = None) -> Image.Image:
    """The emblem side: who issued the card and how long it is valid, 长期 where it has no end."""
    fonts = fonts or default_fonts()
    image = _paper(hash_of(card.authority), (240, 238, 238), (238, 214, 218), (214, 226, 236))
    _roundel(image)
    write = _pen(image, fonts)
    write(29.0, 11.0, "中华人民共和国", 4.5, "title")
    write(28.0, 18.6, "居民身份证", 6.6, "title")
    write(16.6, 40.2, "签发机关", 3.0, "value")
    write(16.6, 47.0, "有效期限", 3.0, "value")
    write(33.4, 40.2, card.authority, 3.1, "value")
    ends = f"{card.valid_to:%Y.%m.%d}" if card.valid_to else "长期"
    write(33.4, 47.0, f"{card.valid_from:%Y.%m.%d}-{ends}", 3.1, "value")
    return image


def hash_of(text: str) -> int:
    """A stable number for a text: the built-in hash differs from run to run."""
    return sum((i + 1) * ord(c) for i, c in enumerate(text))


def _wrapped(address: str) -> list[str]:
    """Lines of at most eleven Chinese characters; a figure takes a little over half the room of one."""
    lines, room = [""], 11.0
    for char in address:
        need = 0.6 if char.isascii() else 1.0
        if room < need:
            lines.append("")
            room = 11.0
        lines[-1] += char
        room -= need
    return lines


def _paper(seed: int, ground: tuple[int, int, int], *waves: tuple[int, int, int]) -> Image.Image:
    dice = random.Random(seed)
    width, height = round(WIDTH_MM * PX_PER_MM), round(HEIGHT_MM * PX_PER_MM)
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    for colour in waves:
        swing, length, lean = dice.uniform(20, 60), dice.uniform(180, 420), dice.uniform(-0.2, 0.2)
        for y in range(-200, height + 200, dice.randint(14, 24)):
            points = [
                (x, y + lean * x + swing * math.sin(x / length * 6.28 + y / 90)) for x in range(0, width + 24, 24)
            ]
            draw.line(points, fill=colour, width=2)
    return image


def _pen(image: Image.Image, fonts: CardFonts) -> Pen:
    draw = ImageDraw.Draw(image)

    def write(x: float, y: float, text: str, size: float, kind: str) -> None:
        moved = fonts.shift_mm if kind in ("value", "digits") else (0.0, 0.0)
        pitch = {"digits": 2.62, "title": size * 1.36 if size < 5 else size * 1.42}.get(kind)
        face = fonts.digits if kind == "digits" else fonts.text
        left, middle = (x + moved[0]) * PX_PER_MM, (y + moved[1]) * PX_PER_MM
        for char in text:
            font = _face(face, fonts, char, round(size * PX_PER_MM))
            draw.text((left, middle), char, fill=_LABEL if kind == "label" else _INK, font=font, anchor="lm")
            left += pitch * PX_PER_MM if pitch else font.getlength(char) * (1.04 if kind == "value" else 1.0)

    return write


_LOADED: dict[tuple[str, int, int], ImageFont.FreeTypeFont] = {}


def _face(path: str, fonts: CardFonts, char: str, size: int) -> ImageFont.FreeTypeFont:
    """The wanted typeface, or the spare one for a character that it lacks."""
    font = _load(path, fonts.index if path == fonts.text else 0, size)
    if path != fonts.spare and bytes(font.getmask(char)) == bytes(font.getmask("\uffff")):
        return _load(fonts.spare, 2 if "CJK" in fonts.spare else 0, size)
    return font


def _load(path: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    key = (path, index, size)
    if key not in _LOADED:
        _LOADED[key] = ImageFont.truetype(path, size, index=index)
    return _LOADED[key]


def _portrait(image: Image.Image, fonts: CardFonts) -> None:
    """A soft grey silhouette: no face, and the word 样张 across it."""
    layer = Image.new("RGB", image.size, (0, 0, 0))
    mask = Image.new("L", image.size, 0)
    grey, shade = ImageDraw.Draw(layer), ImageDraw.Draw(mask)
    shapes = (((60.5, 11.0), (73.5, 28.5)), ((54.5, 27.5), (79.5, 52.0)))
    for (x0, y0), (x1, y1) in shapes:
        box = (x0 * PX_PER_MM, y0 * PX_PER_MM, x1 * PX_PER_MM, y1 * PX_PER_MM)
        grey.ellipse(box, fill=(96, 100, 110))
        shade.ellipse(box, fill=235)
    shade.rectangle((0, 41 * PX_PER_MM, image.width, image.height), fill=0)
    image.paste(layer, mask=mask.filter(ImageFilter.GaussianBlur(6)))
    font = _load(fonts.spare, 2 if "CJK" in fonts.spare else 0, round(2.2 * PX_PER_MM))
    ImageDraw.Draw(image).text((67 * PX_PER_MM, 35 * PX_PER_MM), "样张", fill=(128, 132, 142), font=font, anchor="mm")


def _roundel(image: Image.Image) -> None:
    draw = ImageDraw.Draw(image)
    centre_x, centre_y, radius = 13.0 * PX_PER_MM, 13.0 * PX_PER_MM, 7.0 * PX_PER_MM
    for part, colour in ((1.0, (196, 40, 44)), (0.86, (224, 170, 60)), (0.78, (196, 40, 44)), (0.3, (224, 170, 60))):
        r = radius * part
        draw.ellipse((centre_x - r, centre_y - r, centre_x + r, centre_y + r), fill=colour)
