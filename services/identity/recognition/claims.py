"""Compares what a person typed with what the card says; the typed values never reach the reader."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from services.identity.recognition.results import FrontFields

_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅･．.●", "·"))
_NEAR = 2


class Match(StrEnum):
    """Outcome for one field or for the whole claim."""

    EQUAL = "equal"
    REVIEW = "review"
    DIFFERENT = "different"
    UNREAD = "unread"


@dataclass(frozen=True)
class ClaimMatch:
    """Field by field; `overall` is equal only when both are equal, review for near misses and unread fields."""

    name: Match
    id_number: Match

    @property
    def overall(self) -> Match:
        """The worst of both, where unread counts as review."""
        both = {self.name, self.id_number}
        if Match.DIFFERENT in both:
            return Match.DIFFERENT
        return Match.EQUAL if both == {Match.EQUAL} else Match.REVIEW


def match_claim(name: str, id_number: str, reading: FrontFields) -> ClaimMatch:
    """Exact equality after upper-casing x, unifying the middle dot and dropping white space; one or two differing
    characters of the number, or one of the name, go to a person (A9)."""
    return ClaimMatch(
        _compared(plain_name(name), plain_name(reading.name or ""), near=1),
        _compared(plain_number(id_number), plain_number(reading.id_number or ""), near=_NEAR),
    )


def plain_name(name: str) -> str:
    """A name as it is compared: composed form, one kind of middle dot, no white space."""
    return "".join(unicodedata.normalize("NFC", name).split()).translate(_DOTS)


def plain_number(number: str) -> str:
    """A number as it is compared: half-width, upper case, no white space."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def _compared(typed: str, read: str, near: int) -> Match:
    if not read:
        return Match.UNREAD
    if typed == read:
        return Match.EQUAL
    return Match.REVIEW if _distance(typed, read) <= near else Match.DIFFERENT


def _distance(one: str, two: str) -> int:
    """Edits that turn one text into the other."""
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(two, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
