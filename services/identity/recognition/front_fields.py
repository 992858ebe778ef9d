"""The six details of the portrait side out of the characters that were read."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from services.identity.recognition import layout
from services.identity.recognition.address import read_address
from services.identity.recognition.characters import Character, inside
from services.identity.recognition.decoding import Glyph
from services.identity.recognition.rereading import Rereader, Treatment, denoised, evened, sharpened
from services.identity.recognition.rules import ETHNICITIES, check_digit_holds, parse_date
from services.identity.recognition.settle import Reading, Settled, settle

_DIGITS = "0123456789"
_DOTS = "·•・‧∙⋅･.．。"
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff〇·]{2,25}")
_BIRTH = re.compile(r"((?:19|20)\d\d)年?(\d{1,2})月?(\d{1,2})日?")
_MARKED_BIRTH = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})")
_NUMBER_LENGTH = 18
_PRESENT = 0.5
# Millimetres: where labels end, one step before the first character of a value, and the widest step within a name.
_AFTER_LABEL, _BEFORE_VALUE, _WIDEST_STEP = 11.0, 13.8, 6.6
_BEFORE_NAMES = frozenset("姓名性别出生")


@dataclass(frozen=True)
class FrontReading:
    """Every detail with its certainty; `birth_date` is ISO."""

    name: Settled
    sex: Settled
    ethnicity: Settled
    birth_date: Settled
    address: Settled
    id_number: Settled


def read_front(characters: list[Character], rereader: Rereader) -> FrontReading:
    """Settles every detail from the lines found and, where needed, from its fixed place."""
    return FrontReading(
        name=_name(characters, rereader),
        sex=_sex(characters, rereader),
        ethnicity=_ethnicity(characters, rereader),
        birth_date=_birth(characters, rereader),
        address=read_address(characters, rereader),
        id_number=_number(characters, rereader),
    )


def _name(characters: list[Character], rereader: Rereader) -> Settled:
    """Always read at least twice: nothing else on the card confirms a name."""

    def again(treat: Treatment | None, stretch: float = 1.0) -> Reading:
        return _as_name(rereader.glyphs(region, treat, None, stretch))

    found = [c for c in characters if layout.NAME.holds(c.x, c.y)]
    reach = max((c.x for c in found), default=0.0) + 4.0
    strip = layout.NAME_STRIP
    region = layout.Region(strip.left, strip.top, max(strip.left + 12.0, min(52.0, reach)), strip.bottom)
    more = [lambda: again(None, 1.2), lambda: again(denoised), lambda: again(sharpened), lambda: again(evened)]
    name = settle(_as_name(inside(characters, layout.NAME)), more, lambda text: bool(_NAME.fullmatch(text)), True)
    # Something between label and value: the card was misplaced and the name may be cut. A wide step between two
    # characters or before the first: glare may have swallowed one.
    row = layout.NAME
    between = [c for c in characters if _AFTER_LABEL < c.x < row.left and row.top < c.y < row.bottom]
    cut = any(c.glyph.char not in _BEFORE_NAMES for c in between if c.glyph.sure > _PRESENT)
    steps = [_BEFORE_VALUE, *sorted(c.x for c in found)]
    swallowed = any(b - a > _WIDEST_STEP for a, b in pairwise(steps))
    return replace(name, differs=True) if cut or swallowed else name


def _as_name(glyphs: list[Glyph]) -> Reading:
    reading = Reading.of(glyphs)
    text = re.sub(f"[{re.escape(_DOTS)}]", "·", reading.text).strip("·")
    return Reading(text, reading.sure)


def _sex(characters: list[Character], rereader: Rereader) -> Settled:
    glyphs = [glyph for glyph in inside(characters, layout.SEX) if glyph.char in "男女"]
    first = Reading.of(glyphs) if len(glyphs) == 1 else Reading("", 0.0)
    more = [lambda t=treat: rereader.choose(layout.SEX_STRIP, "男女", t) for treat in (None, denoised, evened)]
    return settle(first, more, lambda text: text in ("男", "女"), False)


def _ethnicity(characters: list[Character], rereader: Rereader) -> Settled:
    # The label stands right before the value here, and print runs differ: the value begins behind the label's last.
    row = layout.ETHNICITY
    label = [c.x for c in characters if c.glyph.char == "族" and abs(c.x - row.left) < 4 and row.top < c.y < row.bottom]
    start = min(label) + 1.0 if label else row.left
    first = Reading.of(inside(characters, layout.Region(start, row.top, row.right, row.bottom)))
    more = [
        lambda t=treat: rereader.choose(layout.ETHNICITY_STRIP, ETHNICITIES, t) for treat in (None, denoised, evened)
    ]
    return settle(first, more, lambda text: text in ETHNICITIES, False)


def _birth(characters: list[Character], rereader: Rereader) -> Settled:
    def again(treat: Treatment | None, stretch: float) -> Reading:
        glyphs = rereader.glyphs(layout.BIRTH_STRIP, treat, _DIGITS + "年月日", stretch)
        return _as_birth(glyphs, _MARKED_BIRTH)

    more = [lambda: again(None, 1.0), lambda: again(denoised, 1.15), lambda: again(evened, 1.0)]
    return settle(_as_birth(inside(characters, layout.BIRTH), _MARKED_BIRTH), more, bool, False)


def _as_birth(glyphs: list[Glyph], pattern: re.Pattern[str]) -> Reading:
    reading = Reading.of(glyphs)
    match = pattern.search(reading.text)
    born = parse_date(*match.groups()) if match else None
    return Reading(born.isoformat() if born else "", reading.sure)


def _number(characters: list[Character], rereader: Rereader) -> Settled:
    def again(treat: Treatment | None, stretch: float) -> Reading:
        return _as_number(rereader.glyphs(layout.NUMBER_STRIP, treat, _DIGITS + "X", stretch))

    first = _as_number([g for g in inside(characters, layout.NUMBER) if g.char in _DIGITS + "Xx"])
    more = [lambda: again(None, 1.0), lambda: again(denoised, 1.2), lambda: again(evened, 1.1)]
    settled = settle(first, more, check_digit_holds, False)
    if settled.text:
        return settled
    # No reading passes the check: report the one that two agree on, so that a forged number is named as such.
    return settle(first, more, lambda text: len(text) == _NUMBER_LENGTH, True)


def _as_number(glyphs: list[Glyph]) -> Reading:
    reading = Reading.of(glyphs)
    return Reading(reading.text.upper(), reading.sure)
