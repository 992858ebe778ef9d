"""The details of the emblem side out of the characters that were read."""

import re
from dataclasses import dataclass
from datetime import date

from services.identity.recognition import layout
from services.identity.recognition.characters import (
    Character,
    characters_inside,
    rows_inside,
    strip_of,
    strips_around,
    widened,
)
from services.identity.recognition.decoding import Glyph
from services.identity.recognition.gazetteer import with_known_places
from services.identity.recognition.places import BackPlaces
from services.identity.recognition.rereading import Rereader, Treatment, denoised, evened, sharpened
from services.identity.recognition.rules import LONG_TERM, parse_date
from services.identity.recognition.settle import Reading, Settled, settle

_LOST = 12.0
_AUTHORITY = re.compile(r"[\u3400-\u9fff]{2,}(?:局|处|所|厅)")
_TERM = re.compile(r"(\d{4})[.,·]?(\d{2})[.,·]?(\d{2})[-—一~–]*(?:(\d{4})[.,·]?(\d{2})[.,·]?(\d{2})|(长期))")


@dataclass(frozen=True)
class BackReading:
    """`validity` is "from/to" in ISO dates, the end 长期 for a card without one."""

    authority: Settled
    validity: Settled


def read_back(characters: list[Character], rereader: Rereader, places: BackPlaces) -> BackReading:
    """Settles both details from the lines found and, where needed, from their own places."""
    return BackReading(
        _authority(characters, rereader, places.authority), _validity(characters, rereader, places.validity)
    )


def term_of(validity: str) -> tuple[date, date | None]:
    """The two ends of a settled validity."""
    start, end = validity.split("/")
    return date.fromisoformat(start), None if end == LONG_TERM else date.fromisoformat(end)


def _authority(characters: list[Character], rereader: Rereader, place: layout.Region) -> Settled:
    rows = rows_inside(characters, place)
    strips = strips_around(rows, strip_of(place, layout.DETAIL_ENDS), (place.left - 0.5, place.right))

    def again(treat: Treatment | None) -> Reading:
        return Reading.of(with_known_places([glyph for strip in strips for glyph in rereader.glyphs(strip, treat)]))

    first = Reading.of(with_known_places([c.glyph for row in rows for c in row]))
    more = [lambda: again(None), lambda: again(denoised), lambda: again(sharpened)]
    return settle(first, more, lambda text: bool(_AUTHORITY.fullmatch(text)), False)


def _validity(characters: list[Character], rereader: Rereader, place: layout.Region) -> Settled:
    found = characters_inside(characters, place)
    # A row that seems to run over the card's end was placed by labels alone: its last figures may not have been found.
    over = found[-1].x + _LOST if found and found[-1].x > layout.DETAIL_ENDS else 0.0
    strip = widened(strip_of(place, max(layout.DETAIL_ENDS, over)), found, place)

    def again(treat: Treatment | None, stretch: float) -> Reading:
        return _as_term(rereader.glyphs(strip, treat, "0123456789.-长期", stretch))

    more = [lambda: again(None, 1.0), lambda: again(denoised, 1.15), lambda: again(evened, 1.0)]
    return settle(_as_term([c.glyph for c in found]), more, bool, False)


def _as_term(glyphs: list[Glyph]) -> Reading:
    reading = Reading.of([glyph for glyph in glyphs if glyph.char not in ".-·,"])
    match = _TERM.fullmatch(reading.text)
    if not match:
        return Reading("", 0.0)
    start = parse_date(*match.groups()[:3])
    end = LONG_TERM if match[7] else parse_date(match[4], match[5], match[6])
    return Reading(f"{start}/{end}" if start and end else "", reading.sure)
