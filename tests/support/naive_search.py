"""What a search must find, in which order, the slow and certain way: every name, every place in it, every reading."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_FIGURES = dict(zip("一二三四五六七八九〇零", "12345678900", strict=True))
_AFTER = re.compile("自治区|自治州|自治县|省|市|县|区|旗|镇|乡|村|街道|大学|学院|附属|集团|公司")
_BEFORE = re.compile(
    "人民医院|中心医院|中心卫生院|医院|卫生|诊所|门诊|医务室|中医|中西医|妇幼|妇女|儿童|口腔|眼科|骨科|肿瘤|精神|传染病|康复|职工|疾病"
    "|服务|急救|血站|体检|护理|检验|社区|中心|第"
)
_KINDS = ("省", "市", "县", "区", "自治")
VISIBLE = ("issued", "profile_incomplete", "active", "suspended")


@dataclass(frozen=True, slots=True)
class Entry:
    """An institution as it stands in the library."""

    number: int
    name: str
    others: tuple[str, ...]
    state: str
    division: str
    areas: tuple[str, ...]


def plain(text: str) -> str:
    """One character at a time."""
    folded = unicodedata.normalize("NFKC", text).upper().lower()
    return "".join(_FIGURES.get(letter, letter) for letter in folded if letter.isalnum())


def find(
    library: Sequence[Entry], typed: str, readings: Mapping[str, Sequence[str]], *, within: str = "", near: str = ""
) -> list[int]:
    """The numbers of what is met, best first."""
    text = plain(typed)
    best = []
    for entry in library:
        if entry.state in VISIBLE and entry.division.startswith(within):
            far = 0 if not near or entry.division.startswith(near) else 1
            ranks = [(grade, far, *rest) for grade, *rest in _ranks(entry, text, readings)]
            if ranks:
                best.append((min(ranks), entry.number))
    return [number for _, number in sorted(best)]


def _ranks(entry: Entry, text: str, readings: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, int, int, int, str]]:
    idle = 0 if entry.state == "active" else 1
    for place, name in enumerate((entry.name, *entry.others)):
        other = min(place, 1)
        searched = plain(name)
        words = word_places(searched, entry.areas)
        for at in range(len(searched) - 1):
            if searched.startswith(text, at):
                yield _grade(at, words, searched[at:] == text), other, _size(searched), idle, searched[at:]
        for at in words:
            for sound in _sounds(searched[at:], readings):
                if len(sound) >= 2 and sound.startswith(text):
                    yield _grade(at, words, sound == text), other + 2, _size(searched), idle, sound


def _grade(at: int, words: set[int], whole: bool) -> int:
    if at == 0:
        return 0 if whole else 1
    return 2 if at in words else 3


def _size(searched: str) -> int:
    return next(place for place, limit in enumerate((*range(17), 20, 28, 1000)) if len(searched) <= limit)


def word_places(searched: str, areas: Sequence[str]) -> set[int]:
    """Where words begin: behind places and owners and bare names of areas, before what houses are called."""
    cuts = {0}
    for area in areas:
        cuts |= {found.end() for found in re.finditer(re.escape(plain(area)), searched)}
    cuts |= {found.end() for found in _AFTER.finditer(searched)}
    cuts |= {found.start() for found in _BEFORE.finditer(searched)}
    return {at for at in cuts if at < len(searched) and (at == 0 or not searched.startswith(_KINDS, at))}


def _sounds(rest: str, readings: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for said in itertools.product(*(_said(letter, readings) for letter in rest)):
        yield "".join(said)
        yield "".join(syllable[:1] for syllable in said)


def _said(letter: str, readings: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return readings.get(letter) or (letter if letter.isascii() and letter.isalpha() else "",)
