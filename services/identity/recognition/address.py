"""The address: several rows, whose short last one the line finder tends to miss."""

import re
from itertools import pairwise

import numpy as np

from services.identity.recognition import layout
from services.identity.recognition.characters import Character, rows_inside
from services.identity.recognition.decoding import Glyph, least_sure, text_of
from services.identity.recognition.gazetteer import with_known_places
from services.identity.recognition.rereading import Rereader, denoised, evened, sharpened
from services.identity.recognition.settle import Settled

_PITCH = 4.5
_HALF = 2.25
_SURE, _PRESENT = 0.9, 0.7
_NOISE, _GAPPED = 0.3, 0.5
_WIDEST_STEP = 5.6  # mm from one character's middle to the next; they stand 3.3 apart, figures closer
_MOST_ROWS = 4
_ADDRESS = re.compile(r"[\u3400-\u9fff〇\w\-()（）#·、,.]{4,}")


def read_address(characters: list[Character], rereader: Rereader) -> Settled:
    """All rows joined; doubtful rows are read again, and a row is looked for where a gap suggests one."""
    rows = rows_inside(characters, layout.ADDRESS)
    placed = [(float(np.median([c.y for c in row])), [c.glyph for c in row]) for row in rows]
    placed = _with_missing(placed, rereader)
    settled = [_settled_row(y, glyphs, rereader) for y, glyphs in placed]
    whole = with_known_places([glyph for glyphs in settled for glyph in glyphs])
    text, sure = text_of(whole), least_sure(whole)
    read = sum(len(row) for row in rows)
    if any(_has_gap(row) for row in rows) and len(whole) <= read:
        sure = min(sure, _GAPPED)
    return Settled(text if _ADDRESS.fullmatch(text) else None, sure)


def _has_gap(row: list[Character]) -> bool:
    """Whether a character seems to be missing between two others."""
    return any(b.x - a.x > _WIDEST_STEP for a, b in pairwise(row))


def _region(y: float, right: float = 53.5) -> layout.Region:
    return layout.Region(14.2, y - _HALF, right, y + _HALF)


def _with_missing(placed: list[tuple[float, list[Glyph]]], rereader: Rereader) -> list[tuple[float, list[Glyph]]]:
    first = layout.FRONT_LABELS[-1].y
    result: list[tuple[float, list[Glyph]]] = []
    expected = first
    for y, glyphs in placed:
        while y - expected > 0.6 * _PITCH:
            result.append((expected, rereader.glyphs(_region(expected))))
            expected += _PITCH
        result.append((y, glyphs))
        expected = y + _PITCH
    if result and len(result) < _MOST_ROWS and expected + _HALF < layout.ADDRESS.bottom:
        # The next row: a single character there (号, 室) is often too small for the line finder.
        tail = rereader.glyphs(_region(expected, 25.0))
        if tail and least_sure(tail) > _PRESENT:
            full = rereader.glyphs(_region(expected)) if tail[-1].at > 0.75 else tail
            result.append((expected, full))
    return [(y, glyphs) for y, glyphs in result if glyphs]


def _settled_row(y: float, glyphs: list[Glyph], rereader: Rereader) -> list[Glyph]:
    best = glyphs
    for treat in (None, denoised, sharpened, evened):
        if least_sure(best) >= _SURE:
            return best
        best = _merged(best, rereader.glyphs(_region(y), treat))
    return best


def _merged(one: list[Glyph], two: list[Glyph]) -> list[Glyph]:
    """Readings of the same length: the surer character at each place; otherwise the one with more characters.

    Glare makes characters vanish from a reading without making the others doubtful, so the longer reading is kept.
    """
    if len(one) == len(two):
        return [a if a.sure >= b.sure else b for a, b in zip(one, two, strict=True)]
    return max((one, two), key=lambda row: (sum(glyph.sure > _NOISE for glyph in row), least_sure(row)))
