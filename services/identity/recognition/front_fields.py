"""The six details of the portrait side out of the characters that were read."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from services.identity.recognition import layout
from services.identity.recognition.address import read_address
from services.identity.recognition.characters import (
    Character,
    characters_inside,
    inside,
    rows_inside,
    strip_of,
    strips_around,
    widened,
)
from services.identity.recognition.decoding import Glyph
from services.identity.recognition.places import FrontPlaces
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
# Millimetres: what belongs to a label, one step before the first character of a value, and the widest step in a name.
_LABEL_REACH, _BEFORE_VALUE, _BEFORE_FIRST, _WIDEST_STEP = 2.8, 1.8, 3.4, 6.6
# Names seldom come near the portrait; behind one that does there must be paper where one more character would show.
_PORTRAIT, _NEAR_PORTRAIT, _AFTER_LAST, _NEXT = 53.0, 44.0, 2.0, 3.9
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


def read_front(characters: list[Character], rereader: Rereader, places: FrontPlaces) -> FrontReading:
    """Settles every detail from the lines found and, where needed, from its own place."""
    return FrontReading(
        name=_name(characters, rereader, places),
        sex=_sex(characters, rereader, places.sex),
        ethnicity=_ethnicity(characters, rereader, places.ethnicity),
        birth_date=_birth(characters, rereader, places.birth),
        address=read_address(characters, rereader, places.address),
        id_number=_number(characters, rereader, places.number),
    )


def _name(characters: list[Character], rereader: Rereader, places: FrontPlaces) -> Settled:
    """Always read at least twice: nothing else on the card confirms a name."""

    row = places.name
    rows = [_unbroken(line) for line in rows_inside(characters, row)]
    usual = replace(row, right=layout.NAME_ENDS)
    strips = strips_around(rows, usual, (row.left - 1.0, row.right - 1.0))

    def again(height: float, treat: Treatment | None, stretch: float = 1.0) -> Reading:
        cuts = [strip.of_height(height) for strip in strips]
        return _as_name([glyph for cut in cuts for glyph in rereader.glyphs(cut, treat, None, stretch)])

    # Of different heights: a right name stays the same at every size, a misread rare character mostly does not.
    more = [
        lambda: again(0.87, None),
        lambda: again(1.0, sharpened, 1.2),
        lambda: again(0.77, None),
        lambda: again(0.9, evened),
    ]
    first = _as_name([c.glyph for line in rows for c in line])
    name = settle(first, more, lambda text: bool(_NAME.fullmatch(text)), True)
    # Something between label and value: the card was misplaced and the name may be cut. A wide step between two
    # characters or before the first: glare may have swallowed one.
    between = [c for c in characters if row.left - _LABEL_REACH < c.x < row.left and row.top < c.y < row.bottom]
    cut = any(c.glyph.char not in _BEFORE_NAMES for c in between if c.glyph.sure > _PRESENT)
    column = min((c.x for c in characters if places.address.holds(c.x, c.y)), default=0.0)
    start = max(row.left + _BEFORE_VALUE, column - _BEFORE_FIRST)
    steps = [[start, *(c.x for c in line)] for line in rows]
    swallowed = any(b - a > _WIDEST_STEP for line in steps for a, b in pairwise(line))
    hidden = any(_goes_on(line, strip, rereader) for line, strip in zip(rows, strips, strict=False))
    return replace(name, differs=True) if cut or swallowed or hidden else name


def _goes_on(line: list[Character], strip: layout.Region, rereader: Rereader) -> bool:
    """Whether a name that comes near the portrait may go on under it: no paper follows its last character."""
    last = line[-1].x
    if last < _NEAR_PORTRAIT:
        return False
    middle, half = (strip.top + strip.bottom) / 2, layout.STRIP_HALF / 2
    behind = layout.Region(last + _AFTER_LAST, middle - half, last + _NEXT, middle + half)
    return not rereader.is_paper(behind, replace(strip, right=last))


def _unbroken(row: list[Character]) -> list[Character]:
    """The row without what a portrait beside it was read as: only a name without gaps reaches that far."""
    ends = (i for i, (a, b) in enumerate(pairwise(row), 1) if b.x > _PORTRAIT and b.x - a.x > _WIDEST_STEP)
    return row[: next(ends, len(row))]


def _as_name(glyphs: list[Glyph]) -> Reading:
    reading = Reading.of(glyphs)
    text = re.sub(f"[{re.escape(_DOTS)}]", "·", reading.text).strip("·")
    return Reading(text, reading.sure)


def _sex(characters: list[Character], rereader: Rereader, place: layout.Region) -> Settled:
    glyphs = [glyph for glyph in inside(characters, place) if glyph.char in "男女"]
    first = Reading.of(glyphs) if len(glyphs) == 1 else Reading("", 0.0)
    strip = strip_of(place, min(place.right, place.left + layout.SEX_WIDE))
    more = [lambda t=treat: rereader.choose(strip, "男女", t) for treat in (None, denoised, evened)]
    return settle(first, more, lambda text: text in ("男", "女"), False)


def _ethnicity(characters: list[Character], rereader: Rereader, place: layout.Region) -> Settled:
    found = characters_inside(characters, place)
    first = Reading.of([c.glyph for c in found])
    strip = widened(strip_of(place, layout.ETHNICITY_ENDS), found, place)
    more = [lambda t=treat: rereader.choose(strip, ETHNICITIES, t) for treat in (None, denoised, evened)]
    return settle(first, more, lambda text: text in ETHNICITIES, False)


def _birth(characters: list[Character], rereader: Rereader, place: layout.Region) -> Settled:
    found = characters_inside(characters, place)
    strip = widened(strip_of(place, layout.BIRTH_ENDS), found, place)

    def again(treat: Treatment | None, stretch: float) -> Reading:
        glyphs = rereader.glyphs(strip, treat, _DIGITS + "年月日", stretch)
        return _as_birth(glyphs, _MARKED_BIRTH)

    more = [lambda: again(None, 1.0), lambda: again(denoised, 1.15), lambda: again(evened, 1.0)]
    return settle(_as_birth([c.glyph for c in found], _MARKED_BIRTH), more, bool, False)


def _as_birth(glyphs: list[Glyph], pattern: re.Pattern[str]) -> Reading:
    reading = Reading.of(glyphs)
    match = pattern.search(reading.text)
    born = parse_date(*match.groups()) if match else None
    return Reading(born.isoformat() if born else "", reading.sure)


def _number(characters: list[Character], rereader: Rereader, place: layout.Region) -> Settled:
    found = [c for c in characters_inside(characters, place) if c.glyph.char in _DIGITS + "Xx"]
    strip = widened(strip_of(place, layout.NUMBER_ENDS, layout.NUMBER_STRIP_HALF), found, place)

    def again(treat: Treatment | None, stretch: float) -> Reading:
        return _as_number(rereader.glyphs(strip, treat, _DIGITS + "X", stretch))

    first = _as_number([c.glyph for c in found])
    more = [lambda: again(None, 1.0), lambda: again(denoised, 1.2), lambda: again(evened, 1.1)]
    settled = settle(first, more, check_digit_holds, False)
    if settled.text:
        return settled
    # No reading passes the check: report the one that two agree on, so that a forged number is named as such.
    return settle(first, more, lambda text: len(text) == _NUMBER_LENGTH, True)


def _as_number(glyphs: list[Glyph]) -> Reading:
    reading = Reading.of(glyphs)
    return Reading(reading.text.upper(), reading.sure)
