"""Makes one value out of several readings of the same place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.identity.recognition.decoding import Glyph, least_sure, text_of

_SURE, _HEARD, _FAINT, _MANY = 0.9, 0.4, 0.65, 4


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

    Two equal sure readings decide at once, or four fair ones. Otherwise all readings vote with their certainty; `sure`
    is then the winner's share of a full vote, and `differs` says that no two readings agreed on it.
    """
    readings = [first]
    if lawful(first.text) and first.sure >= _SURE and not always_twice:
        return Settled(first.text, first.sure)
    for read in more:
        readings.append(read())
        agreed = _agreed(readings, lawful)
        if agreed:
            return _unless_faint(agreed, readings) if always_twice else agreed
    voted = _voted(readings, lawful)
    return _unless_faint(voted, readings) if always_twice else voted


def _unless_faint(settled: Settled, readings: Sequence[Reading]) -> Settled:
    """A rare character is mostly misread with one faint reading among sure ones: then a person looks.

    The first reading, cut as the line finder happened to, is not held against two sure ones cut with care.
    """
    first, *careful = [reading.sure if reading.text == settled.text else 1.0 for reading in readings]
    agree = [reading for reading in readings[1:] if reading.text == settled.text and reading.sure >= _SURE]
    least = min(careful, default=1.0) if len(agree) >= 2 else min([first, *careful])
    return replace(settled, differs=True) if least < _FAINT else settled


def _voted(readings: Sequence[Reading], lawful: Callable[[str], bool]) -> Settled:
    votes: dict[str, list[float]] = {}
    for reading in readings:
        if lawful(reading.text):
            votes.setdefault(reading.text, []).append(reading.sure)
    if not votes:
        return Settled(None, 0.0)
    best = max(votes, key=lambda text: sum(votes[text]))
    heard = sum(len(shares) for shares in votes.values())
    return Settled(best, sum(votes[best]) / heard, differs=len(votes) > 1 and len(votes[best]) < 2)


def _outvoted(sure: Sequence[Reading]) -> Settled | None:
    """The value of four sure readings, whatever a fifth says."""
    texts = {reading.text for reading in sure}
    return Settled(sure[0].text, sure[0].sure) if len(texts) == 1 and len(sure) >= _MANY else None


def _agreed(readings: Sequence[Reading], lawful: Callable[[str], bool]) -> Settled | None:
    """The value that two sure or four fair lawful readings share, unless one with some certainty says otherwise."""
    heard = [reading for reading in readings if lawful(reading.text) and reading.sure >= _HEARD]
    sure = [reading for reading in heard if reading.sure >= _SURE]
    if len({reading.text for reading in heard}) != 1:
        return _outvoted(sure)
    many = len(heard) >= _MANY and min(reading.sure for reading in heard) >= _FAINT
    return Settled(heard[0].text, max(reading.sure for reading in heard)) if many or len(sure) >= 2 else None
