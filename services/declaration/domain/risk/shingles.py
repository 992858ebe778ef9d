"""Nearly identical texts, found without comparing each with each: shingles, their MinHash, and bands to look up (F9).

Two texts meet in a band when some of their smallest hashes agree; with 16 bands of 4 that is all but certain above
nine tenths of common shingles, and rare below a half. What is stored are keyed hashes: no text can be read from them.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from typing import Final

_LENGTH: Final = 4
_BANDS: Final = 16
_ROWS: Final = 4
# A Mersenne prime above every 60-bit hash: multiplying and adding modulo it permutes them.
_PRIME: Final = (1 << 61) - 1


def _drawn(number: int, what: str) -> int:
    """The same numbers in every process."""
    return int.from_bytes(hashlib.sha256(f"{number} {what}".encode()).digest()) % _PRIME


_MIXERS: Final = tuple(
    (1 + _drawn(number, "factor") % (_PRIME - 1), _drawn(number, "shift")) for number in range(_BANDS * _ROWS)
)


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
    hashed = [_number(piece, key) for piece in pieces]
    smallest = [min((factor * one + shift) % _PRIME for one in hashed) for factor, shift in _MIXERS]
    return [_band(number, smallest[number * _ROWS : (number + 1) * _ROWS], key) for number in range(_BANDS)]


def _number(piece: str, key: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8, key=key[:64]).digest()) >> 4


def _band(number: int, smallest: Iterable[int], key: bytes) -> bytes:
    """The band's number is hashed along: the same values in another band are something else."""
    said = f"{number}:{','.join(map(str, smallest))}"
    return hashlib.blake2b(said.encode(), digest_size=12, key=key[:64]).digest()
