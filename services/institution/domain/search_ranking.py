"""The order of what a search meets, as numbers: a grade, a stratum (migration 0017, name_suffixes), then the text.

Exact names come first, then names that begin with the text, then words that do, then any place; the name before other
names before how they sound; short names before long ones; active institutions before others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.institution.domain.searched_text import may_be_sound

NAME, OTHER_NAME, NAME_SOUND, OTHER_SOUND = range(4)
"""By what an institution was met: `via` of a stratum."""

_CLASS: Final = 256
_VIA: Final = 64
_LONGEST_SYLLABLE: Final = 6
_PLACES: Final = 20
"""Places for lengths: each up to 16, then 17 to 20, 21 to 28, longer."""


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """Where a hit stands; smaller is better. `far` is 1 outside the area that goes first."""

    grade: int
    far: int
    stratum: int
    suffix: str
    search_no: int

    @property
    def via(self) -> int:
        """NAME, OTHER_NAME, NAME_SOUND or OTHER_SOUND."""
        return self.stratum % _CLASS // _VIA


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stretch of equally good rows; grade 0 is the whole name, 1 its beginning, 2 that of a word, 3 any place."""

    grade: int
    stratum: int


def length_place(length: int) -> int:
    """Where a name of this many characters stands among lengths."""
    if length <= 16:
        return length
    return 17 if length <= 20 else 18 if length <= 28 else 19


def strata(text: str) -> list[Stratum]:
    """All strata that rows beginning with `text` can be in, best first."""
    vias = range(4) if may_be_sound(text) else range(2)
    whole = [Stratum(0, number) for via in vias for number in _numbers(0, via, text)]
    return whole + [
        Stratum(1 + place, number) for place in range(3) for via in vias for number in _numbers(place, via, text)
    ]


def is_position(rank: Rank, text: str) -> bool:
    """Whether a hit of a search for `text` can stand here: positions come back from clients."""
    numbers_fit = rank.far in (0, 1) and 0 <= rank.search_no < 2**31
    return numbers_fit and rank.suffix.isprintable() and Stratum(rank.grade, rank.stratum) in strata(text)


def _numbers(place: int, via: int, text: str) -> Iterator[int]:
    if via >= NAME_SOUND and place == 2:
        return
    shortest = len(text) if via < NAME_SOUND else -(-len(text) // _LONGEST_SYLLABLE)
    for length in range(length_place(shortest), _PLACES):
        first = place * _CLASS + via * _VIA + length * 2
        yield from (first, first + 1)
