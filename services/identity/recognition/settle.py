"""Makes one value out of several readings of the same place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.identity.recognition.decoding import Glyph, least_sure, text_of

_SURE = 0.93
_STRIKING = 0.985


@dataclass(frozen=True)
class Reading:
    """A text and the certainty of its most doubtful character."""

    text: str
    sure: float

    @classmethod
    def of(cls, glyphs: Sequence[Glyph]) -> "Reading":
        """The reading of a row of characters."""
        return cls(text_of(glyphs), least_sure(glyphs))


@dataclass(frozen=True)
class Settled:
    """The value of a field, None when nothing lawful was read; `differs`: no two readings agreed."""

    text: str | None
    sure: float
    differs: bool = False


def settle(
    first: Reading, more: Sequence[Callable[[], Reading]], lawful: Callable[[str], bool], always_twice: bool
) -> Settled:
    """Takes further readings only while they are needed: none after a sure lawful one, unless `always_twice`.

    Two equal lawful readings decide. Without such a pair the surest lawful reading stands, marked `differs` when
    another lawful one contradicts it.
    """
    readings = [first]
    if lawful(first.text) and first.sure >= _SURE and not always_twice:
        return Settled(first.text, first.sure)
    for read in more:
        readings.append(read())
        good = [reading for reading in readings if lawful(reading.text)]
        agreed = next((r for r in good if sum(o.text == r.text for o in good) >= 2), None)
        if agreed:
            return Settled(agreed.text, max(r.sure for r in good if r.text == agreed.text))
    good = [reading for reading in readings if lawful(reading.text)]
    if not good:
        return Settled(None, 0.0)
    best = max(good, key=lambda reading: reading.sure)
    rivals = any(reading.text != best.text for reading in good)
    return Settled(best.text, best.sure, differs=rivals and best.sure < _STRIKING)
