"""From the reader's probabilities to characters with places and certainties (connectionist decoding)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.identity.recognition.pixels import Scores

_CERTAIN, _RIVALS = 0.97, 6


@dataclass(frozen=True)
class Glyph:
    """One character; `at` is its middle along the line from 0 to 1, `sure` its probability, `rivals` what else it
    may be, with probabilities."""

    char: str
    at: float
    sure: float
    rivals: tuple[tuple[str, float], ...] = ()


def decode(probabilities: Scores, alphabet: Sequence[str], allowed: Sequence[int] | None = None) -> list[Glyph]:
    """The best character at every step, repeats merged, blanks dropped.

    With `allowed` (indices into the alphabet) only those characters compete; `sure` stays the share that the
    character has among all characters, so that a digit forced out of a letter is seen to be doubtful.
    """
    steps = len(probabilities)
    if allowed is None:
        best = probabilities.argmax(axis=1)
    else:
        columns = np.array([0, *allowed])
        best = columns[probabilities[:, columns].argmax(axis=1)]
    glyphs: list[Glyph] = []
    start = 0
    while start < steps:
        end = start + 1
        while end < steps and best[end] == best[start]:
            end += 1
        index = int(best[start])
        if index and not alphabet[index].isspace():
            weights = probabilities[start:end, index]
            middle = float((np.arange(start, end) * weights).sum() / max(float(weights.sum()), 1e-9))
            top = probabilities[start + int(weights.argmax())]
            sure = float(weights.max())
            rivals = _rivals(top, index, alphabet) if sure < _CERTAIN else ()
            glyphs.append(Glyph(alphabet[index], (middle + 0.5) / steps, sure, rivals))
        start = end
    return glyphs


def _rivals(step: Scores, index: int, alphabet: Sequence[str]) -> tuple[tuple[str, float], ...]:
    best = np.argpartition(step, -_RIVALS)[-_RIVALS:]
    return tuple((alphabet[i], float(step[i])) for i in best if i not in (0, index))


def word_probability(probabilities: Scores, word: Sequence[int]) -> float:
    """Probability that the whole line says exactly `word` (indices), summed over all alignments."""
    states = [0]
    for index in word:
        states += [index, 0]
    columns = probabilities[:, states].astype(np.float64)
    size = len(states)
    can_skip = np.array([i >= 2 and states[i] != 0 and states[i] != states[i - 2] for i in range(size)])
    forward = np.zeros(size)
    forward[:2] = columns[0, :2]
    for step in range(1, len(columns)):
        one = np.concatenate(([0.0], forward[:-1]))
        two = np.where(can_skip, np.concatenate(([0.0, 0.0], forward[:-2]))[:size], 0.0)
        forward = (forward + one + two) * columns[step]
    return float(forward[-1] + (forward[-2] if size > 1 else 0.0))


def least_sure(glyphs: Sequence[Glyph]) -> float:
    """The certainty of the most doubtful character, 0 for an empty reading."""
    return min((glyph.sure for glyph in glyphs), default=0.0)


def text_of(glyphs: Sequence[Glyph]) -> str:
    """The characters in order."""
    return "".join(glyph.char for glyph in glyphs)
