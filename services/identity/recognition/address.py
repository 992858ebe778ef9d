"""The address: several rows, whose short last one the line finder tends to miss."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np

from services.identity.recognition import layout
from services.identity.recognition.characters import Character, rows_inside
from services.identity.recognition.decoding import Glyph, least_sure, text_of
from services.identity.recognition.gazetteer import with_known_places
from services.identity.recognition.places import ABOVE_ADDRESS
from services.identity.recognition.rereading import Rereader, denoised, evened, sharpened
from services.identity.recognition.settle import Settled

_PITCH = 4.5
# From the left end of a strip to its first character's middle, from the place's to the strip's, a short last row (mm).
_BEFORE_FIRST, _USUAL_GAP, _TAIL = 2.2, 2.2, 11.0
# Where rows usually end, and how far a strip goes beyond the middle of its last character (mm).
_RIGHT, _PAST_LAST, _FULL_ROW = 53.5, 2.2, 52.0
_HALF = 2.25
_SURE, _PRESENT = 0.9, 0.7
# What waves and scratches on an empty row are read as.
_STROKES = frozenset("一丨")
_NOISE, _GAPPED = 0.3, 0.5
_WIDEST_STEP = 5.6  # mm from one character's middle to the next; they stand 3.3 apart, figures closer
_MOST_ROWS = 4
_ADDRESS = re.compile(r"[\u3400-\u9fff〇\w\-()（）#·、,.]{4,}")


def read_address(characters: list[Character], rereader: Rereader, place: layout.Region) -> Settled:
    """All rows joined; doubtful rows are read again, and a row is looked for where a gap suggests one."""
    rows = rows_inside(characters, place)
    placed = [(_height(row), [c.glyph for c in row]) for row in rows]
    for (_, glyphs), row, after in zip(placed, rows, rows[1:], strict=False):
        glyphs += _lost_end(row, after, rereader)
    right = max([_RIGHT, *(row[-1].x + _PAST_LAST for row in rows)])
    left = max(place.left, min((row[0].x - _BEFORE_FIRST for row in rows), default=place.left + _USUAL_GAP))
    placed = _with_missing(placed, rereader, replace(place, left=left, right=right))
    settled = [_settled_row(_region(y, left, right), glyphs, rereader) for y, glyphs in placed]
    whole = with_known_places([glyph for glyphs in settled for glyph in glyphs])
    text, sure = text_of(whole), least_sure(whole)
    read = sum(len(row) for row in rows)
    if any(_has_gap(row) for row in rows) and len(whole) <= read:
        sure = min(sure, _GAPPED)
    return Settled(text if _ADDRESS.fullmatch(text) else None, sure)


def _height(row: list[Character]) -> float:
    return float(np.median([c.y for c in row]))


def _ends_an_address(tail: list[Glyph]) -> bool:
    """Whether a row below the last one found is one: a lone letter, figure or stroke is what paper is read as."""
    text = text_of(tail)
    words = [char for char in text if "\u3400" <= char <= "\u9fff" and char not in _STROKES]
    return least_sure(tail) > _PRESENT and bool(words or (text.isdigit() and len(text) > 1))


def _lost_end(row: list[Character], after: list[Character], rereader: Rereader) -> list[Glyph]:
    """Figures at the end of a row that goes on with figures: narrow, and apart from the rest for the line finder."""
    last, y = row[-1], _height(row)
    if not after[0].glyph.char.isdigit() or last.x > _FULL_ROW:
        return []
    tail = rereader.glyphs(layout.Region(last.x - 9.0, y - _HALF, last.x + 6.0, y + _HALF))
    ends = [i for i, glyph in enumerate(tail, 1) if glyph.char == last.glyph.char]
    beyond = tail[ends[-1] :] if ends else []
    return [glyph for glyph in beyond if glyph.char.isdigit() and glyph.sure > _PRESENT]


def _has_gap(row: list[Character]) -> bool:
    """Whether a character seems to be missing between two others."""
    return any(b.x - a.x > _WIDEST_STEP for a, b in pairwise(row))


def _region(y: float, left: float, right: float) -> layout.Region:
    return layout.Region(left, y - _HALF, right, y + _HALF)


def _with_missing(
    placed: list[tuple[float, list[Glyph]]], rereader: Rereader, place: layout.Region
) -> list[tuple[float, list[Glyph]]]:
    """`place`: left and right as rows are read. Rows missing before, between and after those found are looked for."""
    first, left, right = place.top + ABOVE_ADDRESS, place.left, place.right
    result: list[tuple[float, list[Glyph]]] = []
    expected = first
    for y, glyphs in placed:
        while y - expected > 0.6 * _PITCH:
            result.append((expected, rereader.glyphs(_region(expected, left, right))))
            expected += _PITCH
        result.append((y, glyphs))
        expected = y + _PITCH
    if result and len(result) < _MOST_ROWS and expected + _HALF < place.bottom:
        # The next row: a single character there (号, 室) is often too small for the line finder.
        tail = rereader.glyphs(_region(expected, left, left + _TAIL))
        if _ends_an_address(tail):
            full = rereader.glyphs(_region(expected, left, right)) if tail[-1].at > 0.75 else tail
            result.append((expected, full))
    return [(y, glyphs) for y, glyphs in result if glyphs]


def _settled_row(region: layout.Region, glyphs: list[Glyph], rereader: Rereader) -> list[Glyph]:
    best = glyphs
    for treat in (None, denoised, sharpened, evened):
        if least_sure(best) >= _SURE:
            return best
        best = _merged(best, rereader.glyphs(region, treat))
    return best


def _merged(one: list[Glyph], two: list[Glyph]) -> list[Glyph]:
    """Readings of the same length: the surer character at each place; otherwise the one with more characters.

    Glare makes characters vanish from a reading without making the others doubtful, so the longer reading is kept.
    """
    if len(one) == len(two):
        return [a if a.sure >= b.sure else b for a, b in zip(one, two, strict=True)]
    return max((one, two), key=lambda row: (sum(glyph.sure > _NOISE for glyph in row), least_sure(row)))
