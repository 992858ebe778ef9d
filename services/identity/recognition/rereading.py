"""Reads fixed places of a placed card again, from a differently prepared picture of them."""

from collections.abc import Callable, Iterable, Sequence

import cv2
import numpy as np

from services.identity.recognition.decoding import Glyph, decode, word_probability
from services.identity.recognition.engines import Engines
from services.identity.recognition.layout import Region
from services.identity.recognition.pixels import Pixels, Scores
from services.identity.recognition.settle import Reading
from services.identity.recognition.sheet import Sheet

# Lab distances (0 to 255) that guilloche and uneven light make, and the share of a place that must keep to them.
_AS_PAPER, _NEARLY_ALL = np.array((26.0, 9.0, 9.0), np.float32), 0.9

Treatment = Callable[[Pixels], Pixels]


class Rereader:
    """Bound to one card; every call costs one run of the reader (about 10 to 50 ms)."""

    def __init__(self, engines: Engines, sheet: Sheet) -> None:
        self._reader, self._sheet = engines.reader, sheet

    def glyphs(
        self, region: Region, treat: Treatment | None = None, allowed: str | None = None, stretch: float = 1.0
    ) -> list[Glyph]:
        """The characters of a place; only those of `allowed` when it is given."""
        indices = None if allowed is None else self._indices(allowed)
        return decode(self._probabilities(region, treat, stretch), self._reader.alphabet, indices)

    def choose(self, region: Region, words: Iterable[str], treat: Treatment | None = None) -> Reading:
        """The word of a closed list that the place most probably says; certainty is its share among all words."""
        probabilities = self._probabilities(region, treat, 1.0)
        weights = {word: word_probability(probabilities, self._indices(word)) for word in words}
        best = max(weights, key=lambda word: weights[word])
        total = sum(weights.values())
        return Reading(best if total > 1e-9 else "", weights[best] / total if total > 1e-9 else 0.0)

    def is_paper(self, place: Region, row: Region) -> bool:
        """Whether a place has, nearly everywhere, the colour of the paper of a row: nothing is printed there."""
        # Grain is no print: it goes before colours are compared.
        soft = (cv2.medianBlur(self._sheet.strip(one), 7) for one in (place, row))
        here, there = (cv2.cvtColor(one, cv2.COLOR_BGR2LAB).reshape(-1, 3).astype(np.float32) for one in soft)
        # Of a row of dense characters less than half may be paper.
        paper = np.median(there[there[:, 0] >= np.median(there[:, 0])], axis=0)
        away = np.abs(here - paper)
        return bool((away < _AS_PAPER).all(axis=1).mean() > _NEARLY_ALL)

    def _probabilities(self, region: Region, treat: Treatment | None, stretch: float) -> Scores:
        line = self._sheet.strip(region, stretch)
        return self._reader.read(treat(line) if treat else line)

    def _indices(self, chars: Sequence[str]) -> list[int]:
        return [self._reader.index[char] for char in chars]


def denoised(line: Pixels) -> Pixels:
    """Less grain: edges are kept."""
    return np.asarray(cv2.bilateralFilter(line, 5, 45, 3), dtype=np.uint8)


def evened(line: Pixels) -> Pixels:
    """Light evened out along the line and contrast raised: brings characters out of shadow and weak glare."""
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY).astype(np.float32)
    ground = cv2.GaussianBlur(cv2.dilate(grey, np.ones((15, 15))), (0, 0), 12)
    ink = np.clip(ground - grey, 0, None)
    full = max(25.0, float(np.percentile(ink, 99)))
    flat = np.clip(235 - ink * (205 / full), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def sharpened(line: Pixels) -> Pixels:
    """Edges raised: helps with a slight blur."""
    soft = cv2.GaussianBlur(line, (0, 0), 2.0)
    return np.asarray(cv2.addWeighted(line, 1.9, soft, -0.9, 0), dtype=np.uint8)
