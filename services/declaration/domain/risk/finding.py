"""What a signal found: a figure above its threshold, a score, and a sentence that says so to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

Limits = Mapping[str, int]
"""The thresholds of one rule, by name; every rule has `points`, the score of a value just beyond its threshold."""
Input = str | int | Sequence[str]

_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """`value` is what was measured. `inputs` are what it was measured from, without names or numbers of people;
    `declarations` are whose they are, to be named to viewers who may see them."""

    value: int
    score: int
    zh: str
    en: str
    inputs: Mapping[str, Input] = field(default_factory=dict)
    declarations: tuple[UUID, ...] = ()


def scored(points: int, value: int, threshold: int) -> int:
    """`points` at the threshold, in proportion above it, between 1 and 100."""
    return max(1, min(_MOST, points * max(value, 1) // max(threshold, 1)))
