"""Names of provinces, prefectures and counties, present and former (GB/T 2260), to judge doubtful characters by.

The table is the one inside the python-stdnum wheel. It never decides against a character that was clearly read, and
what the person typed plays no part.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from services.identity.recognition.decoding import Glyph, text_of

_ENTRY = re.compile(r'^( *)(\d+) (?:county|province)="([^"]*)"')
_YEARS = re.compile(r"\[[^\]]*\]|,")
_BRANCH = re.compile(r"公安局(.{2,7}?)(?:公安)?分局$")
_SUFFIXES = "省市区县旗州盟"
_SURE, _POSSIBLE, _LONGEST = 0.97, 0.002, 16
_RESTORED = 0.9


@lru_cache(maxsize=1)
def places_by_area() -> dict[str, frozenset[str]]:
    """Name of a province or prefecture -> names of itself and of everything in it; key "" holds all names."""
    found: dict[str, set[str]] = defaultdict(set)
    province = prefecture = ""
    for line in (files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8").splitlines():
        entry = _ENTRY.match(line)
        if not entry:
            continue
        names = {name for name in _YEARS.split(entry[3]) if len(name) >= 2}
        if not entry[1]:
            province = prefecture = next(iter(names), "")
        elif entry[2].endswith("00"):
            prefecture = next(iter(names), "")
        for area in {"", province, prefecture}:
            found[area] |= names
    return {area: frozenset(names) for area, names in found.items()}


def with_known_places(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Replaces a doubtful character of a place name when exactly one known place explains the reading better.

    Looks at the run of place names that an address or an authority begins with.
    """
    result, start, area = list(glyphs), 0, ""
    for _ in range(3):
        names = places_by_area()[area]
        end = _known_until(text_of(result), start, names)
        if end is None:
            change = _better(result, start, names)
            if change is None:
                break
            place, char, end = change
            result[place] = replace(result[place], char=char, sure=max(result[place].sure, _RESTORED))
        if area:
            result[start:end] = _confirmed(result[start:end], names)
        name = text_of(result[start:end])
        area, start = name if name in places_by_area() else area, end
    return _with_known_branch(result, area)


def _confirmed(glyphs: Sequence[Glyph], names: frozenset[str]) -> list[Glyph]:
    """A known name inside a known area that no other name there resembles is as good as a sure reading."""
    text = text_of(glyphs)
    if any(len(n) == len(text) and sum(a != b for a, b in zip(n, text, strict=True)) == 1 for n in names):
        return list(glyphs)
    return [replace(glyph, sure=max(glyph.sure, _RESTORED)) for glyph in glyphs]


def _with_known_branch(glyphs: list[Glyph], area: str) -> list[Glyph]:
    """宜昌市公安局猇亭分局: between 公安局 and 分局 stands a county of the city, mostly without its last character."""
    match = _BRANCH.search(text_of(glyphs))
    if not match or not match[1]:
        return glyphs
    names, start, end = places_by_area()[area], match.start(1), match.end(1)
    for suffix in ("", "区", "县", "市"):
        padded = [*glyphs[start:end], *(Glyph(char, 0.0, 1.0) for char in suffix)]
        if text_of(padded) in names:
            glyphs[start:end] = _confirmed(padded, names)[: end - start]
            return glyphs
    for suffix in ("", "区", "县", "市"):
        padded = [*glyphs[start:end], *(Glyph(char, 0.0, 1.0) for char in suffix)]
        change = _better(padded, 0, names)
        if change and change[2] == len(padded) and change[0] < end - start:
            place, char, _ = change
            glyphs[start + place] = replace(padded[place], char=char, sure=max(padded[place].sure, _RESTORED))
            return glyphs
    return glyphs


def _known_until(text: str, start: int, names: frozenset[str]) -> int | None:
    """Where the longest known name that begins at `start` ends."""
    ends = range(min(len(text), start + _LONGEST), start + 1, -1)
    return next((end for end in ends if text[start:end] in names), None)


def _better(glyphs: Sequence[Glyph], start: int, names: frozenset[str]) -> tuple[int, str, int] | None:
    """The one character to change so that a known name begins at `start`: (place, character, end of the name)."""
    text = text_of(glyphs)
    options: list[tuple[float, int, str, int]] = []
    for end in range(start + 2, min(len(text), start + _LONGEST) + 1):
        part = text[start:end]
        if part[-1] not in _SUFFIXES and end != start + 2:
            continue
        for name in names:
            if len(name) != len(part):
                continue
            wrong = [i for i, (a, b) in enumerate(zip(part, name, strict=True)) if a != b]
            if len(wrong) != 1 or glyphs[start + wrong[0]].sure >= _SURE:
                continue
            glyph, char = glyphs[start + wrong[0]], name[wrong[0]]
            options.append((dict(glyph.rivals).get(char, 0.0), start + wrong[0], char, end))
    options.sort(reverse=True)
    if not options or (options[0][0] < _POSSIBLE and len({option[1:3] for option in options}) > 1):
        return None
    return options[0][1:]
