"""Nearly identical texts, found without comparing each with each: shingles, their MinHash, and bands to look up (F9).

Two texts meet in a band when some of their smallest hashes agree; with 16 bands of 4 that is all but certain above
nine tenths of common shingles, and rare below a half. What is stored are keyed hashes: no text can be read from them.
One hash of a shingle says in which of 64 places it counts, and with what value: a text is passed through once, not 64
times (one permutation hashing, Li, Owen and Zhang 2012; empty places after Shrivastava and Li 2014).
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from typing import Final

_LENGTH: Final = 4
_BANDS: Final = 16
_ROWS: Final = 4
_PLACES: Final = _BANDS * _ROWS


def shingles(text: str) -> frozenset[str]:
    """Every run of four characters; case, width, white space and punctuation do not count."""
    letters = "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
    return frozenset(letters[start : start + _LENGTH] for start in range(len(letters) - _LENGTH + 1))


def similarity(one: frozenset[str], other: frozenset[str]) -> int:
    """Shingles common to both among all of both, in whole percent rounded down; 0 where one is empty."""
    return 100 * len(one & other) // len(one | other) if one and other else 0


def bands(pieces: frozenset[str], key: bytes) -> list[bytes]:
    """16 keyed hashes; texts that are nearly the same share one. None for an empty text."""
    if not pieces:
        return []
    smallest = _smallest(_number(piece, key) for piece in pieces)
    return [_band(number, smallest[number * _ROWS : (number + 1) * _ROWS], key) for number in range(_BANDS)]


def _smallest(hashed: Iterable[int]) -> list[int]:
    """By place. An empty one takes the value of the next that is not, and how far that was: alike in texts alike."""
    found: dict[int, int] = {}
    for one in hashed:
        value, place = divmod(one, _PLACES)
        if value < found.get(place, value + 1):
            found[place] = value
    filled = []
    for place in range(_PLACES):
        steps = next(steps for steps in range(_PLACES) if (place + steps) % _PLACES in found)
        filled.append(found[(place + steps) % _PLACES] * _PLACES + steps)
    return filled


def _number(piece: str, key: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8, key=key[:64]).digest())


def _band(number: int, smallest: Iterable[int], key: bytes) -> bytes:
    """The band's number is hashed along: the same values in another band are something else."""
    said = f"{number}:{','.join(map(str, smallest))}"
    return hashlib.blake2b(said.encode(), digest_size=12, key=key[:64]).digest()
