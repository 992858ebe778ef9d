"""All characters of a placed card with their positions in millimetres, to be asked for by region."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.identity.recognition.decoding import Glyph
from services.identity.recognition.layout import HEIGHT, STRIP_HALF, WIDTH, Region
from services.identity.recognition.lines import Line
from services.identity.recognition.pixels import mapped
from services.identity.recognition.sheet import Sheet

_ROW_GAP, _LEVEL, _OVER = 2.4, 0.1, 1.0
# Millimetres that a strip goes beyond the middle of the first and of the last character, and its least length.
_BEFORE_FIRST, _AFTER_LAST, _SHORTEST = 2.6, 4.0, 12.0


@dataclass(frozen=True)
class Character:
    """A glyph and its middle on the card (mm)."""

    glyph: Glyph
    x: float
    y: float


def characters_of(lines: Sequence[Line], sheet: Sheet) -> list[Character]:
    """Every character of every level line on the card; what is printed beside the card is left out."""
    found = []
    for line in lines:
        places = mapped(np.array([line.place(glyph) for glyph in line.glyphs]), sheet.to_card)
        run, rise = np.abs(places[-1] - places[0])
        # Where labels alone place a card its far end is less exact: a line may seem to run over it, but starts on it.
        beyond = np.maximum(-places[0], places[0] - (WIDTH, HEIGHT)).max()
        if beyond > _OVER or rise > _LEVEL * run + 1.5:
            continue
        found += [Character(glyph, float(x), float(y)) for glyph, (x, y) in zip(line.glyphs, places, strict=True)]
    return found


def characters_inside(characters: Sequence[Character], region: Region) -> list[Character]:
    """The characters in a region that holds one row, from left to right."""
    return sorted((c for c in characters if region.holds(c.x, c.y)), key=lambda c: c.x)


def inside(characters: Sequence[Character], region: Region) -> list[Glyph]:
    """The glyphs in a region that holds one row, from left to right."""
    return [one.glyph for one in characters_inside(characters, region)]


def strip_of(place: Region, right: float, half: float = STRIP_HALF) -> Region:
    """The usual strip for a value: along the middle of its place, from its left end to `right`."""
    middle = (place.top + place.bottom) / 2
    return Region(place.left, middle - half, max(right, place.left + _SHORTEST / 2), middle + half)


def widened(strip: Region, row: Sequence[Character], place: Region) -> Region:
    """The strip at the height of what was found of its row, and wide enough for it, within its place."""
    if not row:
        return strip
    y, half = float(np.median([c.y for c in row])), (strip.bottom - strip.top) / 2
    right = min(place.right, max(strip.right, row[-1].x + _AFTER_LAST))
    return Region(max(place.left - 0.5, min(strip.left, row[0].x - _BEFORE_FIRST)), y - half, right, y + half)


def rows_inside(characters: Sequence[Character], region: Region) -> list[list[Character]]:
    """The characters in a region as rows from top to bottom, each from left to right."""
    rows: list[list[Character]] = []
    for one in sorted((c for c in characters if region.holds(c.x, c.y)), key=lambda c: c.y):
        if rows and one.y - float(np.median([c.y for c in rows[-1]])) < _ROW_GAP:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [sorted(row, key=lambda c: c.x) for row in rows]


def strips_around(rows: Sequence[Sequence[Character]], usual: Region, reach: tuple[float, float]) -> list[Region]:
    """A tight strip for every row that was found, at its own height; the usual one when none was.

    `reach`: how far left and right strips may go at most. Long values run over into a second row.
    """
    strips = []
    half = (usual.bottom - usual.top) / (2 if len(rows) == 1 else 2.6)
    for row in rows:
        y = float(np.median([c.y for c in row]))
        left = max(reach[0], min(usual.left, row[0].x - _BEFORE_FIRST))
        strips.append(Region(left, y - half, min(reach[1], max(left + _SHORTEST, row[-1].x + _AFTER_LAST)), y + half))
    return strips or [usual]
