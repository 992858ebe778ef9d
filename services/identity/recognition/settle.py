"""Makes one value out of several readings of the same place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.identity.recognition.decoding import Glyph, least_sure, text_of

_SURE, _HEARD = 0.9, 0.4


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

    Two equal sure readings decide at once. Otherwise all readings vote with their certainty; `sure` is then the
    winner's share of a full vote, and `differs` says that no two readings agreed on it.
    """
    readings = [first]
    if lawful(first.text) and first.sure >= _SURE and not always_twice:
        return Settled(first.text, first.sure)
    for read in more:
        readings.append(read())
        agreed = _agreed(readings, lawful)
        if agreed:
            return agreed
    votes: dict[str, list[float]] = {}
    for reading in readings:
        if lawful(reading.text):
            votes.setdefault(reading.text, []).append(reading.sure)
    if not votes:
        return Settled(None, 0.0)
    best = max(votes, key=lambda text: sum(votes[text]))
    heard = sum(len(shares) for shares in votes.values())
    return Settled(best, sum(votes[best]) / heard, differs=len(votes) > 1 and len(votes[best]) < 2)


def _agreed(readings: Sequence[Reading], lawful: Callable[[str], bool]) -> Settled | None:
    """The value that two sure lawful readings share, unless any lawful one with some certainty says otherwise."""
    heard = [reading for reading in readings if lawful(reading.text) and reading.sure >= _HEARD]
    sure = [reading for reading in heard if reading.sure >= _SURE]
    if len(sure) < 2 or len({reading.text for reading in heard}) > 1:
        return None
    return Settled(sure[0].text, max(reading.sure for reading in sure))
