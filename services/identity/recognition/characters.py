"""All characters of a placed card with their positions in millimetres, to be asked for by region."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.identity.recognition.decoding import Glyph
from services.identity.recognition.layout import HEIGHT, WIDTH, Region
from services.identity.recognition.lines import Line
from services.identity.recognition.pixels import mapped
from services.identity.recognition.sheet import Sheet

_ROW_GAP, _LEVEL = 2.4, 0.1


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
        beyond = np.maximum(-places, places - (WIDTH, HEIGHT)).max()
        if beyond > 0 or rise > _LEVEL * run + 1.5:
            continue
        found += [Character(glyph, float(x), float(y)) for glyph, (x, y) in zip(line.glyphs, places, strict=True)]
    return found


def inside(characters: Sequence[Character], region: Region) -> list[Glyph]:
    """The glyphs in a region that holds one row, from left to right."""
    return [one.glyph for one in sorted((c for c in characters if region.holds(c.x, c.y)), key=lambda c: c.x)]


def rows_inside(characters: Sequence[Character], region: Region) -> list[list[Character]]:
    """The characters in a region as rows from top to bottom, each from left to right."""
    rows: list[list[Character]] = []
    for one in sorted((c for c in characters if region.holds(c.x, c.y)), key=lambda c: c.y):
        if rows and one.y - float(np.median([c.y for c in rows[-1]])) < _ROW_GAP:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [sorted(row, key=lambda c: c.x) for row in rows]
