"""How much two names look alike, for hints to a person: nothing is decided by it (B7, P3)."""

from typing import Final

from services.institution.domain.names import name_key

ALIKE: Final = 0.6
"""From here on two names of one county are worth a look: 江岸区虚构医院 and 江岸虚构医院 have 0.73."""


def likeness(one: str, other: str) -> float:
    """From 0.0 (nothing in common) to 1.0 (the same name): the share of common pieces of two characters."""
    first, second = _pieces(one), _pieces(other)
    if not first or not second:
        return float(name_key(one) == name_key(other))
    return 2 * len(first & second) / (len(first) + len(second))


def _pieces(name: str) -> set[str]:
    key = name_key(name)
    return {key[place : place + 2] for place in range(len(key) - 1)}
